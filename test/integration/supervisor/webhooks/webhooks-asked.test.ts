/* What a user asks of a webhook while it is being sent something, and what an attempt of before may not undo. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sendAgain, tell } from '#shared/adapters/database/webhooks/deliveries.ts';
import { findDueWebhooks, makeDue } from '#shared/adapters/database/webhooks/due.ts';
import { changeWebhook, findWebhook } from '#shared/adapters/database/webhooks/webhooks.ts';
import { accept, answer, type Behaviour, startReceiver } from '../../../support/servers/webhook-receiver.ts';
import { useSupervisor } from '../fixture.ts';
import { RULES, useWebhooks } from './webhooks-fixture.ts';

const supervisor = useSupervisor();
const webhooks = useWebhooks(supervisor);
beforeEach(() => supervisor.sql.rows('truncate webhooks, webhook_deliveries cascade'));

/** An attempt of which the user does not wait for the end, where what fails is tried again after a minute only. */
describe('while an attempt is under way', () => {
  const SLOW = { ...RULES, firstMs: 60_000, maxMs: 60_000, webhookMaxMs: 60_000 };

  /** A webhook with messages that are being sent, to a receiver that answers when the test says how. */
  async function underWay(messages = 1) {
    await using resources = new AsyncDisposableStack();
    const receiver = resources.use(await startReceiver());
    const { id } = await webhooks.add(receiver.url, ['run.queued']);
    const how = Promise.withResolvers<Behaviour>();
    receiver.behave(async (response, message) => (await how.promise)(response, message));
    for (let message = 0; message < messages; message += 1) await supervisor.queue();
    resources.use(webhooks.deliver({ rules: SLOW }));
    await receiver.until(({ received }) => expect(received).toHaveLength(messages));
    const kept = resources.move();
    return {
      id,
      receiver,
      /** Answers like that what is being sent; takes everything else. */
      answer(behaviour: Behaviour) {
        receiver.behave(accept);
        how.resolve(behaviour);
      },
      found: () => findWebhook(supervisor.sql, supervisor.account.projectId, id),
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  }

  it.each([
    ['arrives', accept],
    ['fails', answer(500)],
  ])('what is sent again is sent once more, also if it %s', async (_, behaviour) => {
    await using sent = await underWay();
    const [delivery] = await supervisor.sql.rows<{ id: string }>('select id from webhook_deliveries');
    const again = { ...webhooks.change(sent.id), deliveryId: delivery!.id };
    expect(await sendAgain(supervisor.sql, again)).toBe('sent');
    sent.answer(behaviour);
    await sent.receiver.until(({ received }) => expect(received).toHaveLength(2));
    const [first, second] = sent.receiver.received;
    expect(second?.id).toBe(first?.id);
    await expect
      .poll(() => webhooks.stored(sent.id))
      .toEqual([{ type: 'run.queued', state: 'delivered', attempts: 2 }]);
  });

  it.each([
    ['fails', answer(500)],
    ['says that its receiver is gone', answer(410)],
  ])('a webhook that is sent elsewhere begins anew, also if it %s', async (_, behaviour) => {
    await using sent = await underWay();
    await using elsewhere = await startReceiver();
    const fields = { url: elsewhere.url };
    await changeWebhook(supervisor.sql, { ...webhooks.change(sent.id), fields });
    sent.answer(behaviour);
    await elsewhere.until((at) => expect(at.taken().map(({ type }) => type)).toEqual(['run.queued']));
    expect(await sent.found()).toMatchObject({ disabled: null, failingSince: null, lastError: null });
  });

  it('a test is sent at once, also if the webhook fails', async () => {
    await using sent = await underWay();
    await supervisor.sql.rows('update webhooks set failures = 9, failing_since = clock_timestamp()');
    const ping = { type: 'ping', facts: { webhook: { id: sent.id } } };
    await tell(supervisor.sql, { ...webhooks.change(sent.id), ...ping });
    sent.answer(answer(500));
    await sent.receiver.until(({ received }) => expect(received[1]?.type).toBe('ping'));
  });

  it.each<[string, Behaviour, number]>([
    ['ask for a pause', answer(429, { 'Retry-After': '1200' }), 0],
    ['are those by which the webhook fails', answer(500), 2],
  ])('a test is sent as soon as there is room, also if the attempts %s', async (_, behaviour, failures) => {
    // So many that it waits for the end of one.
    const most = 8;
    await using sent = await underWay(most);
    await supervisor.sql.rows('update webhooks set failures = $1', [failures]);
    const ping = { type: 'ping', facts: { webhook: { id: sent.id } } };
    await tell(supervisor.sql, { ...webhooks.change(sent.id), ...ping });
    sent.answer(behaviour);
    await sent.receiver.until(({ received }) => expect(received[most]?.type).toBe('ping'));
  });
});

it('a webhook that is enabled is sent at once what had failed', async () => {
  await using receiver = await startReceiver();
  const { id } = await webhooks.add(receiver.url, ['run.queued']);
  await supervisor.queue();
  await supervisor.sql.rows(
    `update webhook_deliveries set attempts = 9, due_at = clock_timestamp() + interval '1 h'`,
  );
  const enabled = (is: boolean) =>
    changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { enabled: is } });
  await enabled(false);
  await enabled(true);
  await using _delivering = webhooks.deliver();
  await receiver.until((at) => expect(at.taken().map(({ type }) => type)).toEqual(['run.queued']));
});

describe('a webhook that is enabled', () => {
  const WAITING = 'select count(*)::int as waiting from webhook_deliveries where due_at > clock_timestamp()';
  const waiting = async () => (await supervisor.sql.row<{ waiting: number }>(WAITING))!.waiting;
  const enable = (id: string) =>
    changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { enabled: true } });

  /** One to which much had failed. */
  async function failed() {
    const { id } = await webhooks.add('http://127.0.0.1:1/', ['run.queued']);
    await supervisor.sql.rows(
      `insert into webhook_deliveries (message_id, webhook_id, run_id, type, at, facts, since, due_at, attempts)
       select gen_random_uuid(), $1, gen_random_uuid(), 'run.queued', at, '{}', at, at + interval '1 h', 3
       from (select clock_timestamp() as at from generate_series(1, 2500)) as made`,
      [id],
    );
    return id;
  }

  it('has everything due at once, however much had failed', async () => {
    const id = await failed();
    expect(await findDueWebhooks(supervisor.sql)).toEqual([]);
    await enable(id);
    const left: number[] = [];
    for (let look = 0; look < 4; look += 1) {
      const [due] = await findDueWebhooks(supervisor.sql);
      expect(due).toMatchObject({ id, hasMoreToMakeDue: look < 3 });
      if (due?.hasMoreToMakeDue) await makeDue(supervisor.sql, id);
      left.push(await waiting());
    }
    expect(left).toEqual([1_500, 500, 0, 0]);
  });

  it('I14: costs one statement over its own row, and no look of the supervisor all of it', async () => {
    const id = await failed();
    await enable(id);
    expect(await waiting()).toBe(2_500);
    await makeDue(supervisor.sql, id);
    await enable(id);
    expect(await waiting()).toBe(1_500);
  });

  it('is tried again later with what fails meanwhile', async () => {
    const id = await failed();
    await enable(id);
    await makeDue(supervisor.sql, id);
    const [first] = await supervisor.sql.rows<{ id: string }>(
      `update webhook_deliveries set due_at = clock_timestamp() + interval '5 min'
       where id = (select id from webhook_deliveries order by seq limit 1) returning id`,
    );
    for (let page = 0; page < 2; page += 1) await makeDue(supervisor.sql, id);
    const late = await supervisor.sql.rows<{ id: string }>(
      'select id from webhook_deliveries where due_at > clock_timestamp()',
    );
    expect(late).toEqual([first]);
  });
});
