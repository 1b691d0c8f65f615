/* A receiver that fails or was disabled misses nothing, and one that reads its messages misses none. */
import { beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { readBacklog } from '#shared/adapters/database/webhooks/backlog.ts';
import { listDeliveries, readOn, sendAgain, tell } from '#shared/adapters/database/webhooks/deliveries.ts';
import { takeDeliveries } from '#shared/adapters/database/webhooks/due.ts';
import { storeDelivered, storeFailure } from '#shared/adapters/database/webhooks/outcome.ts';
import { changeWebhook } from '#shared/adapters/database/webhooks/webhooks.ts';
import { CLAIM, queueRun, TO_PASS } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { accept, answer, startReceiver } from '../../../support/servers/webhook-receiver.ts';
import { useSupervisor } from '../fixture.ts';
import { RULES, useWebhooks } from './webhooks-fixture.ts';

const supervisor = useSupervisor();
const webhooks = useWebhooks(supervisor);
beforeEach(() => supervisor.sql.rows('truncate webhooks, webhook_deliveries cascade'));

const NOWHERE = 'http://127.0.0.1:1/';
const NOTHING = { pending: 0, oldestMs: 0 };
const enable = (id: string, enabled: boolean) =>
  changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { enabled } });

describe('a receiver', () => {
  it('that fails with all of its attempts at once is tried again soon', async () => {
    await using receiver = await startReceiver();
    await webhooks.add(receiver.url, ['run.queued']);
    for (let run = 0; run < 8; run += 1) await supervisor.queue();
    receiver.behave((response, message) =>
      receiver.received.length <= 8 ? answer(503)(response, message) : accept(response, message),
    );
    await using _delivering = webhooks.deliver({ rules: { ...RULES, firstMs: 50, webhookMaxMs: 600_000 } });
    await receiver.until((at) => expect(at.taken()).toHaveLength(8));
  });

  it('that was disabled for long, and fails once more when it is enabled, misses nothing by that', async () => {
    await using receiver = await startReceiver();
    const { id } = await webhooks.add(receiver.url);
    await supervisor.claimed(TO_PASS);
    await supervisor.sql.rows(`update webhook_deliveries set since = since - interval '4 days'`);
    await enable(id, false);
    await enable(id, true);
    receiver.behave(answer(503));
    await using _delivering = webhooks.deliver();
    await receiver.until(({ received }) => expect(received.length).toBeGreaterThan(1));
    receiver.behave(accept);
    await receiver.until((at) =>
      expect(at.taken().map(({ type }) => type)).toEqual(['run.queued', 'run.started', 'run.finished']),
    );
  });

  it.each([
    ['fails', 'the attempt'],
    ['fails', 'the next of its run'],
    ['arrives', 'the attempt'],
    ['arrives', 'the next of its run'],
  ])('stores what became of an attempt that %s while it is asked to send again %s', async (how, what) => {
    const { id } = await webhooks.add(NOWHERE, ['run.queued', 'run.started']);
    await supervisor.claimed([CLAIM]);
    // What the next of the run waits for is made due, or given up.
    await supervisor.sql.rows(`update webhooks set failures = 9, since = since - interval '1 d'`);
    await supervisor.sql.rows(`update webhook_deliveries set since = since - interval '1 d'`);
    // Both wait for the lock at a time, however long a busy machine takes until they do.
    const patient = { url: supervisor.url, applicationName: 'patient', lockTimeoutMs: 20_000 };
    await using database = connectDatabase({ ...patient, statementTimeoutMs: 20_000 });
    const { sql } = database;
    const [taken] = await takeDeliveries(sql, { webhookId: id, most: 1, withinMs: 60_000 });
    const [next] = await sql.rows<{ id: string }>('select id from webhook_deliveries where not taken');
    const deliveryId = what === 'the attempt' ? taken!.id : next!.id;
    const made = { delivery: taken!, ms: 1, status: 503 };
    const why = { error: 'the answer was 503', errorCode: 'answered', response: undefined };
    const failed = { ...made, ...why, gone: false, pauseMs: undefined };
    const both = await sql.transaction(async (inner) => {
      await inner.rows('select from webhooks where id = $1 for update', [id]);
      // Outside the transaction: within it, PostgreSQL lists only the backends that there were at the first look.
      const waiting = (count: number) =>
        eventually(async () => expect(await supervisor.sql.rows(WAITING)).toHaveLength(count));
      const send = () => sendAgain(sql, { ...webhooks.change(id), deliveryId });
      const store = () => (how === 'fails' ? storeFailure(sql, failed, RULES) : storeDelivered(sql, made));
      // The first that waits goes on first, and then comes upon what the other has.
      const [one, other] = what === 'the attempt' ? [send, store] : [store, send];
      const first = one();
      await waiting(1);
      const second = other();
      await waiting(2);
      return { settled: Promise.allSettled([first, second]) };
    });
    const settled = await both.settled;
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });
});

const WAITING = `
select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

describe('what webhooks have yet to be sent', () => {
  it('is not what one has pending that is disabled', async () => {
    const { id } = await webhooks.add(NOWHERE, ['run.queued']);
    await supervisor.queue();
    expect(await readBacklog(supervisor.sql)).toMatchObject({ pending: 1 });
    await enable(id, false);
    expect(await readBacklog(supervisor.sql)).toMatchObject(NOTHING);
  });

  it('is not what one gets whose messages are read', async () => {
    const { id } = await webhooks.add(null, ['run.queued']);
    await supervisor.queue();
    await tell(supervisor.sql, { ...webhooks.change(id), type: 'ping', facts: { webhook: { id } } });
    expect(await readBacklog(supervisor.sql)).toMatchObject(NOTHING);
    const read = await readOn(supervisor.sql, { webhookId: id, limit: 10, after: id });
    expect(read.map(({ type, state }) => [type, state])).toEqual([
      ['run.queued', 'delivered'],
      ['ping', 'delivered'],
    ]);
    const [first] = read;
    await sendAgain(supervisor.sql, { ...webhooks.change(id), deliveryId: first!.id });
    expect(await readBacklog(supervisor.sql)).toMatchObject(NOTHING);
    const again = await readOn(supervisor.sql, { webhookId: id, limit: 10, after: read[1]!.id });
    expect(again.map(({ type }) => type)).toEqual(['run.queued']);
  });
});

it('a reader misses nothing that is stored after what happened later', async () => {
  const { id } = await webhooks.add(null, ['run.queued']);
  const { sql, account } = supervisor;
  const page = { webhookId: id, limit: 10 };
  const early = await sql.transaction(async (inner) => {
    const { id: slow } = await queueRun(inner, account);
    const { id: quick } = await supervisor.queue();
    const read = await readOn(sql, { ...page, after: id });
    expect(read.map(({ runId }) => runId)).toEqual([quick]);
    return { slow, cursor: read[0]!.id };
  });
  const later = await readOn(sql, { ...page, after: early.cursor });
  expect(later.map(({ runId }) => runId)).toEqual([early.slow]);
  expect(await listDeliveries(sql, page)).toHaveLength(2);
});
