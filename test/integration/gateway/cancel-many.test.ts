import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { openBus } from '#shared/bus/bus.ts';
import type { CommandReply } from '#shared/bus/command.ts';
import { subjects } from '#shared/bus/subjects.ts';
import type { CancelJob } from '#shared/contract/cancel.ts';
import { forgetCancelJobs } from '#shared/database/cancel-jobs/read.ts';
import { createFinaliser } from '../../../services/supervisor/finaliser.ts';
import { CANCEL, CLAIM, CLOSED, claimByHand, INTERRUPTED } from '../../support/database/runs.ts';
import { eventually } from '../../support/eventually.ts';
import { quietLog } from '../../support/log-lines.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  type Person,
  type Sent,
  startRun,
  useGateway,
} from './fixture.ts';

const gateway = await useGateway({ statementTimeoutMs: 5_000 });
const owner = await createPerson(gateway);
const operator = await createPerson(gateway);
const viewer = await createPerson(gateway);
const stranger = await createPerson(gateway);
const admin = await createPerson(gateway, 'admin');
await addMember(gateway, owner.projectId, operator, 'operator');
await addMember(gateway, owner.projectId, viewer, 'viewer');
const bus = openBus({ url: gateway.nats.serviceUrl, name: 'owner', log: quietLog() });
afterAll(async () => {
  await bus[Symbol.asyncDispose]();
});

async function cancelRuns(sent: Sent): Promise<{ status: number; body: CancelJob }> {
  const answer = await call(gateway, 'POST', '/v1/runs/cancel', sent);
  expectContract('cancelRuns', answer);
  return answer as { status: number; body: CancelJob };
}
async function readJob(id: string, sent: Sent) {
  const answer = await call(gateway, 'GET', `/v1/cancel-jobs/${id}`, sent);
  expectContract('readCancelJob', answer);
  return answer as { status: number; body: CancelJob };
}
interface Recorded extends Record<string, unknown> {
  shown: string;
  mode: string | null;
  reason: string | null;
  user: string | null;
  key: string | null;
  asked: boolean;
}
const recorded = (id: string) =>
  gateway.sql.row<Recorded>(
    `select shown_status as shown, cancel_mode as mode, cancel_reason as reason, cancel_user_id as user,
       cancel_key_id as key, cancel_asked_at <= cancel_requested_at as asked from runs where id = $1`,
    [id],
  );

describe('a bulk cancel by ids', () => {
  it('I3, I11: records what the caller may cancel before it answers, and sorts out the rest', async () => {
    const [mine, asMember, hidden] = [
      await startRun(gateway, operator),
      await startRun(gateway, owner),
      await startRun(gateway, stranger),
    ];
    const watched = await startRun(gateway, viewer);
    await addMember(gateway, viewer.projectId, operator, 'viewer');
    const { status, body } = await cancelRuns({
      as: operator,
      body: {
        ids: [mine, asMember, hidden, watched, 'nonsense', mine.toUpperCase()],
        reason: 'shop is down',
      },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      status: 'running',
      userId: operator.userId,
      reason: 'shop is down',
      mode: 'graceful',
      matched: 5,
      cancelling: 2,
      cancelled: 0,
      alreadyFinal: 0,
      failed: 3,
      failures: [
        { id: hidden, error: 'not found' },
        { id: watched, error: 'forbidden' },
        { id: 'nonsense', error: 'not found' },
      ],
    });
    expect(body).not.toHaveProperty('filter');
    for (const id of [mine, asMember])
      expect(await recorded(id)).toEqual({
        shown: 'cancelling',
        mode: 'graceful',
        reason: 'shop is down',
        user: operator.userId,
        key: null,
        asked: true,
      });
    for (const id of [hidden, watched]) expect((await recorded(id))!.mode).toBeNull();
  });

  it('counts the runs as they end, and says when the job is done', async () => {
    const id = await startRun(gateway, owner);
    const { body: job } = await cancelRuns({ as: owner, body: { ids: [id] } });
    expect(job).toMatchObject({ status: 'running', cancelling: 1 });
    const finalise = createFinaliser({ sql: gateway.sql, overdueMs: 14_500, queueTimeoutText: '' });
    await finalise(id, true);
    expect((await readJob(job.id, { as: owner })).body).toMatchObject({
      status: 'done',
      matched: 1,
      cancelled: 1,
      cancelling: 0,
    });
    const again = await cancelRuns({ as: owner, body: { ids: [id] } });
    expect(again.body).toMatchObject({ status: 'done', matched: 1, cancelled: 0, alreadyFinal: 1 });
  });

  it('only hardens what is recorded, and keeps who asked first', async () => {
    const id = await startRun(gateway, owner);
    await call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: owner, body: { reason: 'first' } });
    await cancelRuns({ as: operator, body: { ids: [id], mode: 'force', reason: 'second' } });
    await cancelRuns({ as: operator, body: { ids: [id] } });
    expect(await recorded(id)).toMatchObject({ mode: 'force', reason: 'first', user: owner.userId });
  });

  it('I10: keeps what the flows keep secret out of the reason, on the runs and with the job', async () => {
    const secret = 'correct-horse';
    const started = await call(gateway, 'POST', '/v1/run', {
      as: owner,
      body: {
        ...FLOW(owner.projectId),
        steps: [{ action: 'fill', selector: '#password', value: secret }],
      },
    });
    const { id } = started.body as { id: string };
    const other = await startRun(gateway, owner);
    const { body: job } = await cancelRuns({
      as: owner,
      body: { ids: [id, other], reason: `${secret} is old` },
    });
    expect(job.reason).toBe('[REDACTED] is old');
    for (const each of [id, other]) expect((await recorded(each))!.reason).toBe('[REDACTED] is old');
    expect(gateway.lines.join('\n')).not.toContain(secret);
  });

  it("I10: tells nobody whether a text occurs in another's secrets", async () => {
    const secret = 'correct-horse';
    const secretRun = async () => {
      const steps = [{ action: 'fill', selector: '#password', value: secret }];
      const body = { ...FLOW(owner.projectId), steps };
      return ((await call(gateway, 'POST', '/v1/run', { as: owner, body })).body as { id: string }).id;
    };
    const [final, live, alone] = [await secretRun(), await secretRun(), await secretRun()];
    await gateway.sql.rows(
      `update runs set status = 'pass', state = 'pass', finished_at = clock_timestamp() where id = $1`,
      [final],
    );
    const guess = (text: string, ids: string[]) =>
      cancelRuns({ as: operator, body: { ids, reason: `is it ${text}?` } });
    for (const ids of [[final], [final, live]]) {
      const { body } = await guess(secret, ids);
      expect(body.reason).toBe(`is it ${secret}?`);
      const read = await call(gateway, 'GET', `/v1/cancel-jobs/${body.id}`, { as: operator });
      expect(read.body).toMatchObject({ reason: `is it ${secret}?` });
    }
    const path = `/v1/runs/${alone}/cancel`;
    await call(gateway, 'POST', path, { as: operator, body: { reason: `is it ${secret}?` } });
    const { body: receipt } = await call(gateway, 'GET', path, { as: operator });
    expect(receipt).toMatchObject({ requested: { reason: `is it ${secret}?` } });
  });

  it('tells the owner after the answer, in the background', async () => {
    await gateway.sql.rows('truncate runs cascade');
    const id = await startRun(gateway, owner);
    const run = await claimByHand(gateway.sql, randomUUID());
    await run.commit(CLAIM);
    const commands: unknown[] = [];
    const taken: CommandReply = { ok: true, epoch: 1, state: 'cancelling.aborting' };
    const serving = bus.respond(subjects.command(id), (command) => {
      commands.push(command);
      return taken;
    });
    await serving.ready;
    const { body: job } = await cancelRuns({ as: owner, body: { ids: [id], mode: 'force', reason: 'now' } });
    await eventually(() => expect(commands).toHaveLength(1));
    expect(commands[0]).toEqual({ type: 'CANCEL', epoch: 1, source: 'user', mode: 'force', reason: 'now' });
    serving.stop();
    for (const told of [CANCEL, INTERRUPTED, CLOSED]) await run.commit(told);
    expect((await readJob(job.id, { as: owner })).body).toMatchObject({ status: 'done', cancelled: 1 });
  });
});

describe('a bulk cancel by a filter', () => {
  it('finds the runs that the caller may cancel and that the filter lets through', async () => {
    await gateway.sql.rows('truncate runs cascade');
    const mine = await startRun(gateway, owner);
    const ofMember = await startRun(gateway, operator, owner.projectId);
    const elsewhere = await startRun(gateway, operator);
    const hidden = await startRun(gateway, stranger);
    const watched = await cancelRuns({ as: viewer, body: { project: owner.projectId } });
    expect(watched.body).toMatchObject({ matched: 0, status: 'done', filter: { project: owner.projectId } });
    const { body } = await cancelRuns({ as: operator, body: { project: owner.projectId } });
    expect(body).toMatchObject({ matched: 2, cancelling: 2, failed: 0, failures: [] });
    expect((await recorded(mine))!.shown).toBe('cancelling');
    expect((await recorded(ofMember))!.shown).toBe('cancelling');
    const running = await cancelRuns({ as: operator, body: { status: 'running' } });
    expect(running.body).toMatchObject({ matched: 1, filter: { status: 'running' } });
    expect((await recorded(elsewhere))!.shown).toBe('cancelling');
    expect((await recorded(hidden))!.shown).toBe('running');
    const all = await cancelRuns({ as: operator, body: { all: true, status: 'cancelling', mode: 'force' } });
    expect(all.body).toMatchObject({ matched: 3, mode: 'force' });
  });

  it('by contextId and time, with times that are far out', async () => {
    await gateway.sql.rows('truncate runs cascade');
    const start = (contextId: string) =>
      call(gateway, 'POST', '/v1/run', { as: owner, body: { ...FLOW(owner.projectId), contextId } });
    await start('nightly');
    await start("it's; --");
    const matched = async (body: object) => (await cancelRuns({ as: owner, body })).body.matched;
    expect(await matched({ contextId: "it's; --" })).toBe(1);
    expect(await matched({ contextId: 'none' })).toBe(0);
    expect(await matched({ since: '9999-12-31T23:59:59.999Z' })).toBe(0);
    expect(await matched({ until: '0000-01-01T00:00:00Z' })).toBe(0);
    expect(
      await matched({ since: '0000-01-01T00:00:00Z', until: '9999-12-31T00:00:00.1234567890123Z' }),
    ).toBe(2);
    expect(await matched({ project: 'no project at all' })).toBe(0);
    expect(await matched({ project: randomUUID() })).toBe(0);
  });

  it('I11: an admin needs a key made for it to reach the runs of others', async () => {
    await gateway.sql.rows('truncate runs cascade');
    const id = await startRun(gateway, stranger);
    expect((await cancelRuns({ as: admin, body: { all: true } })).body.matched).toBe(0);
    const key = await createKey(gateway, admin, ['runs:cancel', 'admin']);
    expect((await cancelRuns({ key, body: { all: true } })).body.matched).toBe(1);
    expect(await recorded(id)).toMatchObject({ user: admin.userId, key: expect.any(String) });
    const readOnly = await createKey(gateway, owner, ['runs:read']);
    expect(await cancelRuns({ key: readOnly, body: { all: true } })).toMatchObject({ status: 403 });
  });

  it.each([
    ['an empty body', ''],
    ['no filter', '{"reason":"why"}'],
    ['a misspelt filter', '{"all":true,"proyect":"x"}'],
    ['prototype keys', '{"all":true,"__proto__":{"ids":[]}}'],
    ['NUL', '{"contextId":"a\\u0000b"}'],
    ['half a surrogate pair', '{"ids":["\\ud800"]}'],
    ['deep JSON', `{"ids":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
    ['no JSON', '{'],
  ])('refuses %s and records nothing', async (_, text) => {
    const id = await startRun(gateway, owner);
    const answer = await call(gateway, 'POST', '/v1/runs/cancel', { as: owner, text });
    expectContract('cancelRuns', answer);
    expect(answer.status).toBe(400);
    expect((await recorded(id))!.shown).toBe('running');
  });

  it.each(['dryRun=true', 'dryRun', 'project=x'])(
    'refuses the query ?%s and records nothing',
    async (query) => {
      const id = await startRun(gateway, owner);
      const answer = await call(gateway, 'POST', `/v1/runs/cancel?${query}`, {
        as: owner,
        body: { all: true },
      });
      expectContract('cancelRuns', answer);
      expect(answer).toMatchObject({ status: 400, body: { error: 'validation error' } });
      expect((await recorded(id))!.shown).toBe('running');
    },
  );
});

describe('bulk cancels as they are read', () => {
  it('I11: are seen by their creator and by admins, newest first, and by nobody else', async () => {
    const { body: older } = await cancelRuns({ as: operator, body: { ids: ['x'] } });
    const { body: newer } = await cancelRuns({ as: operator, body: { ids: ['y'] } });
    for (const [as, status] of [
      [operator, 200],
      [admin, 200],
      [owner, 404],
      [stranger, 404],
    ] as const)
      expect((await readJob(older.id, { as })).status).toBe(status);
    const list = async (as: Person) => {
      const answer = await call(gateway, 'GET', '/v1/cancel-jobs', { as });
      expectContract('listCancelJobs', answer);
      return answer.body as CancelJob[];
    };
    const own = await list(operator);
    expect(own.slice(0, 2).map(({ id }) => id)).toEqual([newer.id, older.id]);
    expect(own[0]).toMatchObject({ failed: 1 });
    expect(own[0]).not.toHaveProperty('failures');
    expect((await list(stranger)).map(({ id }) => id)).not.toContain(newer.id);
    expect((await list(admin)).map(({ id }) => id)).toContain(newer.id);
  });

  it('speak the language of their reader; an id that is none is not there', async () => {
    const { body } = await cancelRuns({ as: owner, body: { ids: ['x'] } });
    const answer = await call(gateway, 'GET', `/v1/cancel-jobs/${body.id}`, {
      as: owner,
      headers: { 'accept-language': 'es' },
    });
    expect((answer.body as CancelJob).failures).toEqual([{ id: 'x', error: 'no encontrado' }]);
    for (const id of ['nonsense', randomUUID()]) expect((await readJob(id, { as: owner })).status).toBe(404);
  });
});

it('retention forgets old bulk cancels, but none whose runs are still on their way', async () => {
  const id = await startRun(gateway, owner);
  const { body: open } = await cancelRuns({ as: owner, body: { ids: [id] } });
  const { body: over } = await cancelRuns({ as: owner, body: { ids: ['x'] } });
  await forgetCancelJobs(gateway.sql, 1);
  expect((await readJob(over.id, { as: owner })).status).toBe(200);
  await gateway.sql.rows(`update cancel_jobs set created_at = created_at - interval '2 days'`);
  while (await forgetCancelJobs(gateway.sql, 1));
  expect((await readJob(open.id, { as: owner })).status).toBe(200);
  expect((await readJob(over.id, { as: owner })).status).toBe(404);
});

it('stops ten thousand runs within one statement timeout, and leaves none out', async () => {
  await gateway.sql.rows('truncate runs cascade');
  const id = await startRun(gateway, owner);
  await gateway.sql.rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until,
       flow_by)
     select gen_random_uuid(), user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, flow_by
     from runs, generate_series(1, 10000) where id = $1`,
    [id],
  );
  const begin = performance.now();
  const { body: job } = await cancelRuns({ as: owner, body: { all: true, reason: 'stop all' } });
  expect(performance.now() - begin).toBeLessThan(5_000);
  expect(job).toMatchObject({ matched: 10_000, cancelling: 10_000 });
  const rest = await cancelRuns({ as: owner, body: { status: 'running' } });
  expect(rest.body).toMatchObject({ matched: 1 });
});

it('I13: answers others while it looks for secrets of many long flows in its reason', async () => {
  await gateway.sql.rows('truncate runs cascade');
  const id = await startRun(gateway, owner);
  const steps = (run: number) =>
    Array.from({ length: 25 }, (_, n) => {
      const value = `secret ${run} of step ${n} `.repeat(30);
      return { action: 'fill', selector: '#name', value };
    });
  await gateway.sql.rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until,
       flow_by)
     select gen_random_uuid(), user_id, project_id, base_url, (plan::jsonb || jsonb_build_object('steps', own.steps))::json,
       state, snapshot, machine_version, queue_until, flow_by
     from runs, jsonb_array_elements($2::jsonb) as own (steps) where id = $1`,
    [id, JSON.stringify(Array.from({ length: 99 }, (_, run) => steps(run)))],
  );
  const begin = performance.now();
  let last = begin;
  let longest = 0;
  const turns = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const reason = 'the shop is down '.repeat(50);
  const { body: job } = await cancelRuns({ as: owner, body: { all: true, reason } });
  clearInterval(turns);
  expect(job).toMatchObject({ matched: 100, cancelling: 100 });
  expect(longest).toBeLessThan((performance.now() - begin) / 3);
});
