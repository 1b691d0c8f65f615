/* A receiver gets each message that its webhook asked for once, signed, in the order of its run. */
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { databaseKeyOf } from '#shared/adapters/database/database-key.ts';
import { returnUnstarted } from '#shared/adapters/database/runs/commit.ts';
import { sendAgain, tell } from '#shared/adapters/database/webhooks/deliveries.ts';
import { changeWebhook, findWebhook, rotateSecret } from '#shared/adapters/database/webhooks/webhooks.ts';
import { QUEUED } from '#shared/domain/run/states.ts';
import { createAnswerTokens } from '#shared/platform/seal/answer-links.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import {
  ANSWERED,
  ASKING_FLOW,
  CLAIM,
  LAUNCHED,
  NO_BROWSER,
  SETTLED,
  TO_PASS,
  toAsk,
} from '../../../support/database/runs.ts';
import {
  accept,
  answer,
  cutOff,
  hang,
  startReceiver,
  verified,
} from '../../../support/servers/webhook-receiver.ts';
import { extendedOnly } from '../../../support/share.ts';
import { useSupervisor } from '../fixture.ts';
import { newSecret, RULES, useWebhooks } from './webhooks-fixture.ts';

const supervisor = useSupervisor();
const webhooks = useWebhooks(supervisor);
beforeEach(() => supervisor.sql.rows('truncate webhooks, webhook_deliveries cascade'));

const typesOf = (messages: readonly { type: string }[]) => messages.map(({ type }) => type);
const WHOLE = ['run.queued', 'run.started', 'run.finished'];

describe('what a webhook is sent', () => {
  const typesFor = async (id: string) => typesOf(await webhooks.stored(id));

  it('is the start and end of a run, once each, together with what is stored of it', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/');
    await supervisor.claimed(TO_PASS);
    expect(await typesFor(id)).toEqual(WHOLE);
  });

  it('is what it asked for, and nothing while it is disabled', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/', ['run.finished']);
    await supervisor.claimed(TO_PASS);
    await changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { enabled: false } });
    await supervisor.claimed(TO_PASS);
    expect(await typesFor(id)).toEqual(['run.finished']);
  });

  it('is of its own project', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/');
    const other = await createOwner(supervisor.sql);
    await supervisor.sql.rows('update webhooks set project_id = $1', [other.projectId]);
    await supervisor.claimed(TO_PASS);
    expect(await typesFor(id)).toEqual([]);
  });

  it('is a cancel when it is recorded, and the end that a supervisor makes of it', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/');
    const { id: run } = await supervisor.queue();
    await supervisor.cancel(run);
    await supervisor.cancel(run, { mode: 'force' });
    await supervisor.sweep();
    expect(await typesFor(id)).toEqual(['run.queued', 'run.cancelling', 'run.finished']);
  });

  it('is what a run asks a person, in which fields and until when', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/');
    await supervisor.claimed([...toAsk(), ANSWERED], undefined, { flow: ASKING_FLOW });
    expect(await typesFor(id)).toEqual(['run.queued', 'run.started', 'run.waiting_for_person']);
    const { facts } = (await supervisor.sql.row<{ facts: { question: { until: string } } }>(
      `select facts from webhook_deliveries where type = 'run.waiting_for_person'`,
    ))!;
    expect(facts.question).toEqual({
      why: 'question',
      step: 0,
      text: 'Which code did you get?',
      fields: [{ name: 'code', type: 'code' }],
      until: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it.each([
    { allowed: true, publicUrls: ['http://gateway:4000', 'https://ghostly.test'], isLinked: true },
    { allowed: false, publicUrls: ['https://ghostly.test'], isLinked: false },
    { allowed: true, publicUrls: [], isLinked: false },
  ])(
    'has a link that answers: $isLinked, with $publicUrls and the project allowing it: $allowed',
    async (given) => {
      await using receiver = await startReceiver();
      await webhooks.add(receiver.url, ['run.waiting_for_person']);
      const { projectId } = supervisor.account;
      await supervisor.sql.rows('update projects set answer_links = $1 where id = $2', [
        given.allowed,
        projectId,
      ]);
      const { id } = await supervisor.claimed(toAsk(), undefined, { flow: ASKING_FLOW });
      await using _ = webhooks.deliver(given);
      await receiver.until(({ received }) => expect(received).toHaveLength(1));
      const { question } = JSON.parse(receiver.received[0]!.body).data.run;
      const [, token] =
        /^https:\/\/ghostly\.test\/#\/answer\/([\w-]{80})$/.exec(question.answerUrl ?? '') ?? [];
      const read = createAnswerTokens(await databaseKeyOf(supervisor.sql)()).read(token ?? '');
      const linked = { runId: id, attempt: 1, step: 0, until: Date.parse(question.until) };
      expect(read).toEqual(given.isLinked ? linked : undefined);
      expect('answerUrl' in question).toBe(given.isLinked);
    },
  );

  it('is that a runner was lost, whether the run ends by it or starts again', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/');
    await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.sweep();
    expect(await typesFor(id)).toEqual(['run.queued', 'run.started', 'run.stale', 'run.finished']);
    await supervisor.sql.rows('truncate webhook_deliveries cascade');
    await supervisor.orphaned([CLAIM, LAUNCHED], { onRunnerLoss: 'requeue' });
    await supervisor.sweep();
    expect(await typesFor(id)).toEqual(['run.queued', 'run.started', 'run.stale']);
  });

  it('is that a runner was lost before anything of its run had begun, but not that no browser started', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/');
    await supervisor.orphaned([]);
    await supervisor.sweep();
    expect(await typesFor(id)).toEqual(['run.queued', 'run.stale']);
    await supervisor.sql.rows('truncate runs, unpublished, webhook_deliveries cascade');
    await supervisor.orphaned([CLAIM]);
    await supervisor.sweep();
    expect(await typesFor(id)).toEqual(['run.queued', 'run.started', 'run.stale']);
    await supervisor.sql.rows('truncate runs, unpublished, webhook_deliveries cascade');
    const owner = randomUUID();
    const unstarted = await supervisor.claimed([CLAIM, NO_BROWSER], owner);
    await returnUnstarted(supervisor.sql, owner, unstarted.next(SETTLED), { seq: 0, rank: 0 });
    expect(await typesFor(id)).toEqual(['run.queued', 'run.started']);
  });

  it('is the end of a run whose machine cannot be read', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/', ['run.finished']);
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.set(run.id, `snapshot = '{}'`);
    await supervisor.sweep();
    expect(await typesFor(id)).toEqual(['run.finished']);
  });

  it('is a start that failed', async () => {
    const { id } = await webhooks.add('http://127.0.0.1:1/');
    await supervisor.claimed([CLAIM, NO_BROWSER]);
    expect((await typesFor(id)).slice(0, 2)).toEqual(['run.queued', 'run.started']);
  });

  it('depends on the state where a run waits for an owner, by its path', () => {
    // The name that the trigger `note_webhooks` has for it.
    expect(QUEUED).toBe('running.queued');
  });
});

describe('a receiver', () => {
  it('gets each message once, in the order of its run, signed', async () => {
    await using receiver = await startReceiver();
    const { secret } = await webhooks.add(receiver.url);
    await using _delivering = webhooks.deliver();
    const runs = [await supervisor.claimed(TO_PASS), await supervisor.claimed(TO_PASS)];
    await receiver.until(({ received }) => expect(received).toHaveLength(6));
    for (const { id } of runs)
      expect(typesOf(receiver.received.filter(({ runId }) => runId === id))).toEqual(WHOLE);
    const [message] = receiver.received;
    expect(message?.headers['content-type']).toBe('application/json');
    expect(receiver.received.map((one) => verified(secret, one))).toEqual(
      receiver.received.map(({ body }) => JSON.parse(body)),
    );
    expect(() => verified(newSecret(), message!)).toThrow('No matching signature');
  });

  it.each([
    [
      'answers with a redirect',
      answer(302, { Location: 'http://127.0.0.1:1/' }),
      'the answer was 302, and redirects are not followed',
    ],
    ['says 200, and breaks off', cutOff, 'the connection broke off'],
    ['fails', answer(500), 'the answer was 500'],
    ['hangs', hang, 'no answer within 0.1 s'],
  ])('that %s has not had it, and gets it again', async (_, behaviour, error) => {
    await using receiver = await startReceiver();
    const { id } = await webhooks.add(receiver.url);
    receiver.behave(behaviour);
    const impatient = webhooks.deliver(behaviour === hang ? { timeoutMs: 100 } : {});
    await supervisor.claimed(TO_PASS);
    await receiver.until(({ received }) => expect(received.length).toBeGreaterThan(3));
    expect(new Set(typesOf(receiver.received))).toEqual(new Set(['run.queued']));
    const seen = await findWebhook(supervisor.sql, supervisor.account.projectId, id);
    expect(seen).toMatchObject({ lastError: error, disabled: null });
    expect(seen?.failingSince).not.toBeNull();
    await impatient[Symbol.asyncDispose]();
    receiver.behave(accept);
    await using _delivering = webhooks.deliver();
    await receiver.until((at) => expect(typesOf(at.taken())).toEqual(WHOLE));
    await expect
      .poll(() => findWebhook(supervisor.sql, supervisor.account.projectId, id))
      .toMatchObject({ lastError: null, failingSince: null, retryAt: null });
  });

  it('that answers 410 is not sent any more until it is enabled, and then what it has missed', async () => {
    await using receiver = await startReceiver();
    const { id } = await webhooks.add(receiver.url);
    receiver.behave(answer(410));
    await supervisor.claimed(TO_PASS);
    await using _delivering = webhooks.deliver();
    await receiver.until(({ received }) => expect(received).toHaveLength(1));
    const disabled = () => findWebhook(supervisor.sql, supervisor.account.projectId, id);
    await expect.poll(disabled).toMatchObject({ disabled: 'gone' });
    receiver.behave(accept);
    await changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { enabled: true } });
    await receiver.until((at) => expect(typesOf(at.taken())).toEqual(WHOLE));
  });

  it('that fails for too long is disabled, and what was tried that long is given up', async () => {
    await using receiver = await startReceiver();
    const { id } = await webhooks.add(receiver.url);
    receiver.behave(answer(503));
    await using _delivering = webhooks.deliver({ rules: { ...RULES, giveUpMs: 200 } });
    await supervisor.claimed(TO_PASS);
    const found = () => findWebhook(supervisor.sql, supervisor.account.projectId, id);
    await expect.poll(found).toMatchObject({ disabled: 'failing', lastError: 'the answer was 503' });
    expect((await webhooks.stored(id))[0]).toMatchObject({ type: 'run.queued', state: 'failed' });
  });

  it('that is out of the egress policy is not connected to', async () => {
    await using receiver = await startReceiver();
    const { id } = await webhooks.add(receiver.url);
    await using _delivering = webhooks.deliver({ policy: 'public' });
    await supervisor.claimed(TO_PASS);
    const found = () => findWebhook(supervisor.sql, supervisor.account.projectId, id);
    await expect.poll(found).toMatchObject({
      lastError: 'the egress policy of this Ghostly (public) does not allow 127.0.0.1',
    });
    expect(receiver.received).toEqual([]);
  });

  it.each([
    ['an address', 'http://127.0.0.1:1/', 'not_allowed'],
    ['a name, which may not exist', 'http://localhost:1/', 'name_not_allowed'],
  ])('that is out of the egress policy by %s says so', async (_, url, lastErrorCode) => {
    const { id } = await webhooks.add(url);
    await using _delivering = webhooks.deliver({ policy: 'public' });
    await supervisor.claimed(TO_PASS);
    const found = () => findWebhook(supervisor.sql, supervisor.account.projectId, id);
    await expect.poll(found).toMatchObject({ lastErrorCode });
  });

  extendedOnly(() => {
    it('that is slow does not hold up another', async () => {
      await using slow = await startReceiver();
      await using quick = await startReceiver();
      slow.behave(hang);
      await webhooks.add(slow.url);
      await webhooks.add(quick.url, ['run.finished']);
      await using _delivering = webhooks.deliver();
      for (let run = 0; run < 20; run += 1) await supervisor.claimed(TO_PASS);
      await quick.until(({ received }) => expect(received).toHaveLength(20));
      expect(slow.received.length).toBeLessThanOrEqual(8);
    });
  });

  it('gets two signatures while a secret takes the place of another', async () => {
    await using receiver = await startReceiver();
    const { id, secret } = await webhooks.add(receiver.url, ['run.queued']);
    const second = newSecret();
    const rotate = { ...webhooks.change(id), keepMs: 60_000 };
    await rotateSecret(supervisor.sql, { ...rotate, secret: second });
    await using _delivering = webhooks.deliver();
    await supervisor.queue();
    await receiver.until(({ received }) => expect(received).toHaveLength(1));
    for (const either of [secret, second]) verified(either, receiver.received[0]!);
    const third = newSecret();
    await rotateSecret(supervisor.sql, { ...rotate, secret: third });
    await supervisor.queue();
    await receiver.until(({ received }) => expect(received).toHaveLength(2));
    for (const either of [second, third]) verified(either, receiver.received[1]!);
    expect(() => verified(secret, receiver.received[1]!)).toThrow();
  });

  it('gets the trace of the run as a header, and not in the message', async () => {
    await using receiver = await startReceiver();
    await webhooks.add(receiver.url, ['run.finished']);
    await using _delivering = webhooks.deliver();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { id } = await supervisor.queue();
    await supervisor.set(id, `traceparent = '${traceparent}'`);
    await supervisor.cancel(id);
    await supervisor.sweep();
    await receiver.until(({ received }) => expect(received).toHaveLength(1));
    expect(receiver.received[0]?.headers.traceparent).toBe(traceparent);
    expect(receiver.received[0]?.body).not.toContain('traceparent');
  });

  it('is sent what is sent again, under the same id, and a test at once', async () => {
    await using receiver = await startReceiver();
    const { id } = await webhooks.add(receiver.url, ['run.queued']);
    await using _delivering = webhooks.deliver();
    await supervisor.queue();
    await receiver.until(({ received }) => expect(received).toHaveLength(1));
    const [delivery] = await supervisor.sql.rows<{ id: string }>('select id from webhook_deliveries');
    const again = { ...webhooks.change(id), deliveryId: delivery!.id };
    expect(await sendAgain(supervisor.sql, again)).toBe('sent');
    await receiver.until(({ received }) => expect(received).toHaveLength(2));
    expect(receiver.received[1]?.id).toBe(receiver.received[0]?.id);
    await tell(supervisor.sql, { ...webhooks.change(id), type: 'ping', facts: { webhook: { id } } });
    await receiver.until(({ received }) => expect(received[2]?.type).toBe('ping'));
  });
});

extendedOnly(() => {
  it('two supervisors that deliver at once send nothing twice, and keep the order', async () => {
    await using receiver = await startReceiver();
    await webhooks.add(receiver.url);
    await using _one = webhooks.deliver();
    await using _other = webhooks.deliver();
    const runs = [];
    for (let run = 0; run < 20; run += 1) runs.push(await supervisor.claimed(TO_PASS));
    await receiver.until(({ received }) => expect(received).toHaveLength(60));
    for (const { id } of runs)
      expect(typesOf(receiver.received.filter(({ runId }) => runId === id))).toEqual(WHOLE);
  });
});
