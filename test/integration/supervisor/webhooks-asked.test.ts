/* What a user asks of a webhook while it is being sent something, and what an attempt of before may not undo. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sendAgain, tell } from '#shared/database/webhooks/deliveries.ts';
import { changeWebhook, findWebhook } from '#shared/database/webhooks/webhooks.ts';
import { accept, answer, type Behaviour, startReceiver } from '../../support/servers/webhook-receiver.ts';
import { useSupervisor } from './fixture.ts';
import { RULES, useWebhooks } from './webhooks-fixture.ts';

const supervisor = useSupervisor();
const webhooks = useWebhooks(supervisor);
beforeEach(() => supervisor.sql.rows('truncate webhooks, webhook_deliveries cascade'));

/** An attempt of which the user does not wait for the end, where what fails is tried again after a minute only. */
describe('while an attempt is under way', () => {
  const SLOW = { ...RULES, firstMs: 60_000, maxMs: 60_000, webhookMaxMs: 60_000 };

  /** A webhook with one message that is being sent, to a receiver that answers when it is told how. */
  async function underWay() {
    await using resources = new AsyncDisposableStack();
    const receiver = resources.use(await startReceiver());
    const { id } = await webhooks.add(receiver.url, ['run.queued']);
    const how = Promise.withResolvers<Behaviour>();
    receiver.behave(async (response, message) => (await how.promise)(response, message));
    await supervisor.queue();
    resources.use(webhooks.deliver({ timeoutMs: 10_000, rules: SLOW }));
    await receiver.until(({ received }) => expect(received).toHaveLength(1));
    const kept = resources.move();
    return {
      ...{ id, receiver },
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
    const told = { type: 'ping', facts: { webhook: { id: sent.id } } };
    await tell(supervisor.sql, { ...webhooks.change(sent.id), ...told });
    sent.answer(answer(500));
    await sent.receiver.until(({ received }) => expect(received[1]?.type).toBe('ping'));
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

it('a webhook that is enabled has everything due at once, however much had failed', async () => {
  const { id } = await webhooks.add('http://127.0.0.1:1/', ['run.queued']);
  await supervisor.sql.rows(
    `insert into webhook_deliveries (message_id, webhook_id, run_id, type, at, facts, since, due_at, attempts)
     select gen_random_uuid(), $1, gen_random_uuid(), 'run.queued', at, '{}', at, at + interval '1 h', 3
     from (select clock_timestamp() as at from generate_series(1, 2500)) as told`,
    [id],
  );
  await changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { enabled: true } });
  expect(
    await supervisor.sql.row(
      'select count(*)::int as waiting from webhook_deliveries where due_at > clock_timestamp()',
    ),
  ).toEqual({ waiting: 0 });
});
