/* I3, I11, I12: `cancelPrevious` cancels every earlier live run of its key before it is answered, and once. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { claimNext } from '../../../support/database/claim-next.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  type Sent,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);

async function start(more: Record<string, unknown>, sent: Sent = { as: ann }, project = ann.projectId) {
  const answer = await call(gateway, 'POST', '/v1/run', { ...sent, body: { ...FLOW(project), ...more } });
  expectContract('startRun', answer);
  return { ...answer, id: (answer.body as { id: string }).id };
}
interface Row {
  owner: string | null;
  status: string;
  shown: string;
  by: string | null;
  reason: string | null;
  who: string | null;
  key: string | null;
}
const row = (id: string) =>
  gateway.sql.row<Row>(
    `select owner, status, shown_status as shown, cancel_by as by, cancel_reason as reason, cancel_user_id as who,
       cancel_key_id as key from runs where id = $1`,
    [id],
  );
const claim = () => claimNext(gateway.sql, randomUUID(), 10_000);
const end = (id: string) =>
  gateway.sql.rows(
    `update runs set status = 'fail', state = 'fail', cancelled = true, finished_at = clock_timestamp() where id = $1`,
    [id],
  );

describe('cancelPrevious', () => {
  it('I3: records a cancel on every earlier live run of the key before it answers, then delivers', async () => {
    const key = { concurrencyKey: 'deploy' };
    const held = (await start(key)).id;
    expect((await claim())?.id).toBe(held);
    const queued = (await start(key)).id;
    const [commands, toFinalise]: [unknown[], unknown[]] = [[], []];
    const owner = gateway.bus.respond(subjects.command(held), (command) => {
      commands.push(command);
      return { ok: true, epoch: 1, state: 'cancelling.aborting' };
    });
    const supervisor = gateway.bus.respond(subjects.finalise, (request) => void toFinalise.push(request));
    await Promise.all([owner.ready, supervisor.ready]);
    const other = (await start({ concurrencyKey: 'test' })).id;
    const newest = await start({ ...key, cancelPrevious: true });
    expect(newest.status).toBe(202);
    for (const id of [held, queued])
      expect(await row(id)).toMatchObject({
        shown: 'cancelling',
        by: 'user',
        reason: `superseded by run ${newest.id}`,
        who: ann.userId,
      });
    for (const id of [other, newest.id]) expect(await row(id)).toMatchObject({ shown: 'running', by: null });
    await eventually(() => expect([commands.length, toFinalise]).toEqual([1, [{ runId: queued }]]));
    expect(commands).toMatchObject([{ type: 'CANCEL', epoch: 1, source: 'user', mode: 'graceful' }]);
    owner.stop();
    supervisor.stop();

    expect((await claim())?.id).toBe(other);
    expect(await claim()).toBeUndefined();
    await end(held);
    expect((await claim())?.id).toBe(newest.id);
  });

  it('of many that come at once leaves the last one only', async () => {
    const body = { concurrencyKey: 'rush', cancelPrevious: true };
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(body)));
    const live = [];
    for (const { id } of answers) if ((await row(id))?.shown === 'running') live.push(id);
    expect(live).toHaveLength(1);
  });

  it('leaves a cancel that was asked for already as it is', async () => {
    const key = { concurrencyKey: 'asked' };
    const first = (await start(key)).id;
    await call(gateway, 'POST', `/v1/runs/${first}/cancel`, { as: ann, body: { reason: 'enough' } });
    await start({ ...key, cancelPrevious: true });
    expect(await row(first)).toMatchObject({ reason: 'enough' });
  });

  it('is of its project, and reaches the runs of its other members', async () => {
    const bob = await createPerson(gateway);
    await addMember(gateway, ann.projectId, bob, 'operator');
    const key = { concurrencyKey: 'shared' };
    const [anns, elsewhere] = [(await start(key)).id, (await start(key, { as: bob }, bob.projectId)).id];
    const apiKey = await createKey(gateway, bob, ['runs:write', 'runs:cancel']);
    await start({ ...key, cancelPrevious: true }, { key: apiKey });
    expect(await row(anns)).toMatchObject({ by: 'user', who: bob.userId, key: expect.any(String) });
    expect(await row(elsewhere)).toMatchObject({ by: null });
  });

  it('I11: takes the right to cancel too', async () => {
    const key = { concurrencyKey: 'rights' };
    const first = (await start(key)).id;
    const sent = { key: await createKey(gateway, ann, ['runs:write']) };
    const refused = await start({ ...key, cancelPrevious: true }, sent);
    expect(refused).toMatchObject({ status: 403, body: { ok: false, error: 'forbidden' } });
    expect(await row(first)).toMatchObject({ by: null });
    expect((await start(key, sent)).status).toBe(202);
  });

  it('I12: cancels nothing again when its request is repeated', async () => {
    const body = { concurrencyKey: 'again', cancelPrevious: true };
    const sent = { as: ann, headers: { 'idempotency-key': randomUUID() } };
    const first = await start(body, sent);
    const second = (await start({ concurrencyKey: 'again' })).id;
    expect((await start(body, sent)).id).toBe(first.id);
    expect(await row(second)).toMatchObject({ by: null });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['no key to go by', { cancelPrevious: true }, ['cancelPrevious']],
    ['an empty key', { concurrencyKey: '' }, ['concurrencyKey']],
    ['a long key', { concurrencyKey: 'k'.repeat(201) }, ['concurrencyKey']],
    ['NUL in its key', { concurrencyKey: 'a\0' }, ['concurrencyKey']],
    ['half a character in its key', { concurrencyKey: '\ud800' }, ['concurrencyKey']],
    ['a list as key', { concurrencyKey: ['k'] }, ['concurrencyKey']],
    ['a text as flag', { concurrencyKey: 'k', cancelPrevious: 'yes' }, ['cancelPrevious']],
  ])('with %s is refused', async (_, more, paths) => {
    const answer = await start(more);
    expect(answer.status).toBe(400);
    const { details } = answer.body as unknown as { details: { issues: { path: string }[] } };
    expect(details.issues.map(({ path }) => path)).toEqual(paths);
  });

  it('takes any text as its key', async () => {
    for (const concurrencyKey of ['__proto__', "';drop table runs;--", 'ключ 🔑', ' ', '%'])
      expect((await start({ concurrencyKey, cancelPrevious: true })).status).toBe(202);
  });
});

describe('the queue timeout', () => {
  const clock = async () =>
    (await gateway.sql.row<{ at: Date }>('select clock_timestamp() as at'))!.at.getTime();

  it.each<[string, { queueTimeoutMs?: number }, number]>([
    ["of a run's own, a millisecond, wins over the server's", { queueTimeoutMs: 1 }, 1],
    ["of a run's own, a week, wins over the server's", { queueTimeoutMs: 604_800_000 }, 604_800_000],
    ["is the server's without one", {}, 60_000],
  ])('%s', async (_, asked, ms) => {
    const before = await clock();
    const { id } = await start(asked);
    const row = await gateway.sql.row<{ until: Date }>(
      'select queue_until as until from runs where id = $1',
      [id],
    );
    const began = row!.until.getTime() - ms;
    expect(began).toBeGreaterThanOrEqual(before);
    expect(began).toBeLessThanOrEqual(await clock());
  });

  it.each([0, -1, 0.5, 7 * 86_400_000 + 1, '5', null])('%j is refused', async (queueTimeoutMs) => {
    expect((await start({ queueTimeoutMs })).status).toBe(400);
  });
});
