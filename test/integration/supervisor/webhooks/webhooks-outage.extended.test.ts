/* A receiver that is down for a day gets everything in order, though supervisors are killed. */
import { beforeAll, expect, it } from 'vitest';
import { TO_PASS } from '../../../support/database/runs.ts';
import { readSeries, sumOf } from '../../../support/http/figures.ts';
import {
  accept,
  answer,
  cutOff,
  startReceiver,
  verified,
} from '../../../support/servers/webhook-receiver.ts';
import { createStack, type ServiceProcess, type Stack } from '../../../support/stack/stack.ts';
import { useSupervisor } from '../fixture.ts';
import { useWebhooks } from './webhooks-fixture.ts';

/** Hours in milliseconds. */
const QUICK = { GHOSTLY_WEBHOOK_RETRY_MS: '10', GHOSTLY_WEBHOOK_TIMEOUT_MS: '1000' };

const supervisor = useSupervisor();
const webhooks = useWebhooks(supervisor);
let stack: Stack;
beforeAll(async () => {
  stack = await createStack({ databaseUrl: supervisor.url, accounts: false, env: QUICK });
});

const start = (): Promise<ServiceProcess> => stack.start('supervisor', { GHOSTLY_HEALTH_PORT: '0' });

/** What a supervisor reports to a scraper. */
async function figuresOf(service: ServiceProcess) {
  const { health } = JSON.parse(await service.logged('"health":')) as { health: number };
  const series = readSeries(await (await fetch(`http://127.0.0.1:${health}/metrics`)).text());
  const attempts = 'ghostly_webhook_attempt_duration_count';
  return {
    pending: sumOf(series, 'ghostly_webhook_pending'),
    ageS: sumOf(series, 'ghostly_webhook_age'),
    refused: sumOf(series, attempts, { ghostly_webhook_result: 'refused' }),
    delivered: sumOf(series, attempts, { ghostly_webhook_result: 'delivered' }),
  };
}

/** Everything that counts time is this much older, as if it had passed. */
async function pass(time: string): Promise<void> {
  await supervisor.sql.rows(
    `update webhook_deliveries set at = at - $1::interval, since = since - $1::interval, due_at = due_at - $1::interval`,
    [time],
  );
  await supervisor.sql.rows(
    `update webhooks set failing_since = failing_since - $1::interval, retry_at = retry_at - $1::interval`,
    [time],
  );
}

it('a receiver that is down for a day gets everything in order, though supervisors are killed', async () => {
  await using receiver = await startReceiver();
  const { id, secret } = await webhooks.add(receiver.url);
  receiver.behave(answer(503));
  const first = await start();
  const runs: string[] = [];
  const play = async (count: number) => {
    for (let run = 0; run < count; run += 1) runs.push((await supervisor.claimed(TO_PASS)).id);
  };
  const tried = () => {
    const before = receiver.received.length;
    return receiver.until(({ received }) => expect(received.length).toBeGreaterThan(before));
  };
  for (let hour = 0; hour < 24; hour += 8) {
    await play(4);
    await tried();
    await pass('8 hours');
  }
  const down = await figuresOf(first);
  expect(down).toMatchObject({ pending: runs.length * 3, delivered: 0 });
  // It was tried again and again.
  expect(down.ageS).toBeLessThan(3_600);
  expect(down.refused).toBeGreaterThanOrEqual(3);
  // It says that it is back before it is.
  receiver.behave(cutOff);
  await tried();

  // Back, and slow enough that a supervisor dies in the middle of it.
  receiver.behave(async (response, message) => {
    if (receiver.taken().length === 10) first.signal('SIGKILL');
    return accept(response, message);
  });
  const second = await start();
  await first.exited;
  await play(4);
  await expect
    .poll(
      async () => {
        // What the killed one had under way is due again when its time is over.
        await supervisor.sql.rows(
          `update webhook_deliveries set due_at = least(due_at, clock_timestamp()) where state = 'pending' and taken`,
        );
        return (await webhooks.stored(id)).filter(({ state }) => state !== 'delivered');
      },
      { timeout: 20_000 },
    )
    .toEqual([]);

  for (const run of runs) {
    const reported = receiver.taken().filter(({ runId }) => runId === run);
    expect(reported.map(({ type }) => type)).toEqual(['run.queued', 'run.started', 'run.finished']);
    for (const message of reported) expect(verified(secret, message)).toMatchObject({ version: 1 });
  }
  const after = await figuresOf(second);
  expect(after).toMatchObject({ pending: 0, ageS: 0 });
  expect(after.delivered).toBeGreaterThanOrEqual(1);
});
