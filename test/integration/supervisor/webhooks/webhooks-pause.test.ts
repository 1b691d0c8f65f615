/* A receiver that asks to be left alone for a while. */
import { beforeEach, expect, it } from 'vitest';
import { readBacklog } from '#shared/adapters/database/webhooks/backlog.ts';
import { tell } from '#shared/adapters/database/webhooks/deliveries.ts';
import { changeWebhook, findWebhook } from '#shared/adapters/database/webhooks/webhooks.ts';
import { accept, answer, startReceiver } from '../../../support/servers/webhook-receiver.ts';
import { useSupervisor } from '../fixture.ts';
import { RULES, useWebhooks } from './webhooks-fixture.ts';

const supervisor = useSupervisor();
const webhooks = useWebhooks(supervisor);
beforeEach(() => supervisor.sql.rows('truncate webhooks, webhook_deliveries cascade'));

const HOUR_MS = 3_600_000;
const LONG = { ...RULES, maxMs: HOUR_MS, giveUpMs: 72 * HOUR_MS };
const found = (id: string) => findWebhook(supervisor.sql, supervisor.account.projectId, id);

const minutesTo = (time: string) => `round(extract(epoch from ${time} - webhook_attempts.at) / 60)::int`;
const WAITS = `
select ${minutesTo('held_until')} as webhook, ${minutesTo('due_at')} as delivery
from webhook_attempts, webhook_deliveries, webhooks where webhook_attempts.number = 1`;

/** A webhook whose first message was answered so. */
async function answered(status: number, headers: Record<string, string>, rules = LONG) {
  await using resources = new AsyncDisposableStack();
  const receiver = resources.use(await startReceiver());
  receiver.behave(answer(status, headers));
  const { id } = await webhooks.add(receiver.url, ['run.queued']);
  await supervisor.queue();
  resources.use(webhooks.deliver({ rules }));
  await expect.poll(() => found(id)).toMatchObject({ lastStatus: status });
  const kept = resources.move();
  return {
    id,
    receiver,
    /** How many minutes after the attempt began it and its message are tried again. */
    waits: () => supervisor.sql.row<{ webhook: number; delivery: number }>(WAITS),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

it.each<[string, number, () => string, number, string]>([
  ['seconds, after 429', 429, () => '1200', 20, '1200 s'],
  ['seconds, after 503', 503, () => '1200', 20, '1200 s'],
  ['a date', 503, () => new Date(Date.now() + 1_220_000).toUTCString(), 20, '1[12]\\d\\d s'],
  ['seconds, more than are made', 429, () => '9999999999', 60, 'more than 3600 s, the longest that is made'],
])('a pause that is asked for in %s is made, and said', async (_, status, retryAfter, minutes, said) => {
  await using paused = await answered(status, { 'Retry-After': retryAfter() });
  expect(await paused.waits()).toEqual({ webhook: minutes, delivery: minutes });
  const { lastError, lastErrorCode } = (await found(paused.id))!;
  expect(lastErrorCode).toBe('asked_to_wait');
  expect(lastError).toMatch(new RegExp(`^the answer was ${status}, which asks for a pause of ${said}$`));
});

it('the later one of the pause and the delay of the message counts', async () => {
  const rules = { ...LONG, firstMs: 2 * HOUR_MS, maxMs: 2 * HOUR_MS };
  await using paused = await answered(429, { 'Retry-After': '1200' }, rules);
  const waits = await paused.waits();
  expect(waits?.webhook).toBe(20);
  expect(waits?.delivery).toBeGreaterThanOrEqual(90);
});

it.each([
  [500, '1200'],
  [429, 'soon'],
  [503, '-5'],
])('after %s with `Retry-After: %s` there is no pause', async (status, retryAfter) => {
  await using asked = await answered(status, { 'Retry-After': retryAfter });
  asked.receiver.behave(accept);
  await asked.receiver.until((at) => expect(at.taken()).toHaveLength(1));
});

it.each([
  ['its receiver asked to be left alone', 'held_until'],
  ['it fails with everything', 'retry_at'],
])('I16: what waits since %s counts as pending, and as overdue only from then on', async (_, until) => {
  await webhooks.add('http://127.0.0.1:1/', ['run.queued']);
  await supervisor.queue();
  const backlog = async (time: string) => {
    await supervisor.sql.rows(`update webhooks set ${until} = clock_timestamp() + $1::interval`, [time]);
    return readBacklog(supervisor.sql);
  };
  const anHourAgo = `clock_timestamp() - interval '1 h'`;
  await supervisor.sql.rows(`update webhooks set since = ${anHourAgo}`);
  await supervisor.sql.rows(`update webhook_deliveries set since = ${anHourAgo}, due_at = ${anHourAgo}`);
  expect((await readBacklog(supervisor.sql)).oldestMs).toBeGreaterThanOrEqual(HOUR_MS);
  expect(await backlog('20 min')).toMatchObject({ pending: 1, oldestMs: 0 });
  const { oldestMs } = await backlog('-20 min');
  expect(oldestMs).toBeGreaterThanOrEqual(HOUR_MS / 3);
  expect(oldestMs).toBeLessThan(HOUR_MS);
  await supervisor.sql.rows(`update webhook_deliveries set due_at = clock_timestamp() + interval '20 min'`);
  expect(await readBacklog(supervisor.sql)).toMatchObject({ pending: 1, oldestMs: 0 });
});

it('a webhook is sent nothing during its pause, and others are sent everything', async () => {
  await using paused = await answered(429, { 'Retry-After': '1200' });
  await using other = await startReceiver();
  await webhooks.add(other.url, ['run.queued']);
  paused.receiver.behave(accept);
  for (let run = 0; run < 3; run += 1) {
    await supervisor.queue();
    await other.until(({ received }) => expect(received).toHaveLength(run + 1));
  }
  expect(paused.receiver.received).toHaveLength(1);
});

it.each<[string, (id: string) => Promise<unknown>, string[]]>([
  [
    'it is enabled',
    (id) => changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { enabled: true } }),
    ['run.queued'],
  ],
  [
    'it is tested',
    (id) => tell(supervisor.sql, { ...webhooks.change(id), type: 'ping', facts: { webhook: { id } } }),
    ['ping'],
  ],
])('it ends when %s', async (_, ask, expected) => {
  await using paused = await answered(429, { 'Retry-After': '1200' });
  paused.receiver.behave(accept);
  await ask(paused.id);
  await paused.receiver.until((at) => expect(at.taken().map(({ type }) => type)).toEqual(expected));
});

it('it does not end with an attempt that was under way and arrives', async () => {
  await using receiver = await startReceiver();
  const second = Promise.withResolvers<void>();
  receiver.behave(async (response, message) => {
    if (message === receiver.received[0]) return answer(429, { 'Retry-After': '1200' })(response, message);
    await second.promise;
    return accept(response, message);
  });
  const { id } = await webhooks.add(receiver.url, ['run.queued']);
  await supervisor.queue();
  await supervisor.queue();
  await using _delivering = webhooks.deliver({ rules: LONG });
  await receiver.until(({ received }) => expect(received).toHaveLength(2));
  await expect.poll(() => found(id)).toMatchObject({ lastStatus: 429 });
  second.resolve();
  await expect.poll(() => found(id)).toMatchObject({ lastError: null, lastStatus: null });
  expect((await found(id))?.retryAt).not.toBeNull();
});
