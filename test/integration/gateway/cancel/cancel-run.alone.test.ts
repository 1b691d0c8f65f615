/* I2, I3: a cancel reaches an owner that lives, and one that was killed is found out before its lease ends. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bus, type BusSubscription, openBus } from '#shared/adapters/bus/bus.ts';
import type { CommandReply } from '#shared/adapters/bus/command.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { createCancelRun } from '../../../../services/gateway/cancel/cancel-run.ts';
import { createDeliverCancel } from '../../../../services/gateway/cancel/deliver.ts';
import { type CancelDelivery, createCancelDelivery } from '../../../../services/gateway/cancel/delivery.ts';
import { serveFinaliseRequests } from '../../../../services/supervisor/requests.ts';
import { CLAIM } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startTestNats } from '../../../support/servers/servers.ts';
import { useSupervisor } from '../../supervisor/fixture.ts';

const supervisor = useSupervisor();
const asked: string[] = [];
let bus: Bus;
let requests: BusSubscription;

beforeAll(async () => {
  bus = openBus({ url: (await startTestNats()).serviceUrl, name: 'cancel', log: quietLog() });
  requests = serveFinaliseRequests({
    bus,
    finalise: (runId, byCancel) => {
      asked.push(runId);
      return supervisor.finalise(runId, byCancel);
    },
    onFinalised: () => undefined,
    onRequeued: () => undefined,
  });
  await requests.ready;
  const deliver = createDeliverCancel({ sql: supervisor.sql, bus });
  delivery = createCancelDelivery({ deliver, log: quietLog() });
});
afterAll(async () => {
  await delivery[Symbol.asyncDispose]();
  requests.stop();
  await bus[Symbol.asyncDispose]();
});

let delivery: CancelDelivery;
const cancel = (runId: string) => {
  const { sql } = supervisor;
  return createCancelRun({ sql, delivery })({ runId, by: 'user', mode: 'graceful' });
};
const TAKEN: CommandReply = { ok: true, epoch: 1, state: 'cancelling.aborting' };

/** Hears the commands for a run and answers as asked, by their number from 1. */
async function listen(runId: string, answer: (n: number, stop: () => void) => CommandReply | undefined) {
  let n = 0;
  const serving = bus.respond(subjects.command(runId), () => answer(++n, serving.stop));
  await serving.ready;
  return serving;
}

it('an owner that answers has taken the cancel, and no supervisor is asked', async () => {
  const { id } = await supervisor.claimed([CLAIM]);
  const owner = await listen(id, () => TAKEN);
  expect(await cancel(id)).toBe('cancelling');
  expect(asked).not.toContain(id);
  owner.stop();
});

it('I3: an owner that misses the first message gets another one', async () => {
  const { id } = await supervisor.claimed([CLAIM]);
  let heard = 0;
  const owner = await listen(id, (n) => {
    heard = n;
    return n === 1 ? undefined : TAKEN;
  });
  expect(await cancel(id)).toBe('cancelling');
  expect(heard).toBe(2);
  expect(asked).not.toContain(id);
  owner.stop();
});

it('I2: an owner that says nothing may be alive: its run is left to it', async () => {
  const { id } = await supervisor.claimed([CLAIM]);
  const owner = await listen(id, () => undefined);
  expect(await cancel(id)).toBe('cancelling');
  expect(asked).not.toContain(id);
  owner.stop();
});

it('an owner that was killed is found out at once, also when NATS still took a message for it', async () => {
  // On a busy machine the supervisor may be too late with its answer.
  await eventually(async () => {
    const { id } = await supervisor.claimed([CLAIM]);
    // Killed with the message on its way: nobody answers it, and from then on nobody is there.
    await listen(id, (_, stop) => void stop());
    expect(await cancel(id)).toBe('stale');
  });
});

it('an owner that was killed is found out soon, and not by the end of its lease, also when NATS took all messages for it', async () => {
  const { id } = await supervisor.claimed([CLAIM]);
  await listen(id, (n, stop) => void (n === 2 && stop()));
  expect(await cancel(id)).toBe('cancelling');
  await eventually(async () =>
    expect(await supervisor.outcome(id)).toMatchObject({ status: 'fail', cancelled: true, stale: true }),
  );
});
