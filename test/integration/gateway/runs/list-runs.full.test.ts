/* I11: a list goes on where it was, keeps its filters from page to page, and shows what its caller may see. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { encodeRunCursor } from '#shared/api/contract/runs/run-cursor.ts';
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  FLOW,
  type Person,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway({ config: { GHOSTLY_CORS_ORIGINS: ['https://app.test'] } });
const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];

const list = async (as: Person, query: string | Record<string, string> = '') => {
  const text = typeof query === 'string' ? query : `?${new URLSearchParams(query)}`;
  const answer = await call(gateway, 'GET', `/v1/runs${text}`, { as });
  expectContract('listRuns', answer);
  return answer;
};
const idsOf = (body: unknown) => (body as RunSummary[]).map(({ id }) => id);
const ids = async (as: Person, query: string | Record<string, string> = '') => {
  const { status, body } = await list(as, query);
  expect(status).toBe(200);
  return idsOf(body);
};
/** What the `Link` of an answer asks for. */
const nextOf = ({ headers }: { headers: Headers }): string | undefined =>
  /^<\/v1\/runs(\?[^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];

/** A person with `count` runs, newest first; all started in one microsecond, so that their ids alone order them. */
async function withRuns(count: number): Promise<{ person: Person; runs: string[] }> {
  const person = await createPerson(gateway);
  const first = await startRun(gateway, person);
  await gateway.sql.rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, created_at)
     select gen_random_uuid(), user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, created_at
     from runs, generate_series(2, $2::int) where id = $1`,
    [first, count],
  );
  const rows = await gateway.sql.rows<{ id: string }>(
    'select id from runs where user_id = $1 order by id desc',
    [person.userId],
  );
  return { person, runs: rows.map(({ id }) => id) };
}

describe('a list of runs', () => {
  it.each([
    [1, [1, 1, 1, 1, 1]],
    [2, [2, 2, 1]],
    [4, [4, 1]],
    [5, [5]],
    [6, [5]],
  ])('by %i at a time has pages of %j, and a link to each but the first', async (limit, lengths) => {
    const { person, runs } = await withRuns(5);
    const pages: string[][] = [];
    let query: string | undefined = `?limit=${limit}`;
    while (query !== undefined) {
      const page = await list(person, query);
      pages.push(idsOf(page.body));
      query = nextOf(page);
    }
    expect(pages.map(({ length }) => length)).toEqual(lengths);
    expect(pages.flat()).toEqual(runs);
  });

  it('has at most 1,000 without a limit, and says where it goes on', async () => {
    const { person, runs } = await withRuns(1_003);
    const page = await list(person);
    expect(idsOf(page.body)).toEqual(runs.slice(0, 1_000));
    const last = await list(person, nextOf(page));
    expect(idsOf(last.body)).toEqual(runs.slice(1_000));
    expect(last.headers.has('link')).toBe(false);
  });

  it('goes on where it was, whatever was started or removed meanwhile', async () => {
    const { person, runs } = await withRuns(6);
    const page = await list(person, '?limit=3');
    await startRun(gateway, person);
    await gateway.sql.rows('delete from runs where id = any($1)', [[runs[2], runs[3]]]);
    expect(idsOf((await list(person, nextOf(page))).body)).toEqual(runs.slice(4));
  });

  it('keeps every filter in its link, in any script', async () => {
    const { person } = await withRuns(1);
    const contextId = 'ñandú ✓ <&> "; rel="prev"';
    for (let n = 0; n < 3; n += 1) {
      const body = { ...FLOW(person.projectId), contextId };
      expect((await call(gateway, 'POST', '/v1/run', { as: person, body })).status).toBe(202);
    }
    const since = '2020-02-29T00:00:00.123456789Z';
    const filters = { project: person.projectId, status: 'running', contextId, since, limit: '2' };
    const page = await list(person, filters);
    const query = new URLSearchParams(nextOf(page));
    expect(Object.fromEntries(query)).toEqual({ ...filters, before: expect.stringMatching(/^[\w-]+$/) });
    expect(idsOf(page.body)).toHaveLength(2);
    expect(await ids(person, `?${query}`)).toHaveLength(1);
  });

  it('is filtered by each of its filters, and by all of them together', async () => {
    const person = await createPerson(gateway);
    const [plain, cancelled] = [await startRun(gateway, person), await startRun(gateway, person)];
    await recordCancelRequest(gateway.sql, { runId: cancelled, by: 'user', mode: 'graceful' });
    const body = { ...FLOW(person.projectId), contextId: 'a' };
    const started = await call(gateway, 'POST', '/v1/run', { as: person, body });
    const { id: inContext } = started.body as { id: string };
    const startedAt = (await call(gateway, 'GET', `/v1/runs/${inContext}`, { as: person }))
      .body as RunSummary;

    expect(await ids(person, '?status=cancelling')).toEqual([cancelled]);
    expect(await ids(person, '?status=running')).toEqual([inContext, plain]);
    expect(await ids(person, '?status=pass')).toEqual([]);
    expect(await ids(person, '?contextId=a')).toEqual([inContext]);
    expect(await ids(person, '?contextId=a&status=cancelling')).toEqual([]);
    expect(await ids(person, { contextId: 'a', status: 'running', project: person.projectId })).toEqual([
      inContext,
    ]);
    expect((await ids(person, { since: startedAt.startedAt }))[0]).toBe(inContext);
    expect(await ids(person, '?since=2999-01-01T00:00:00Z')).toEqual([]);
    expect(await ids(person, '?since=2020-01-01T00:00:00Z')).toHaveLength(3);
    expect(await ids(person, '?since=0001-01-01T00:00:00Z')).toHaveLength(3);
  });

  it('is filtered by the outcome that each of its runs shows, alone and with the other filters', async () => {
    const { person, runs } = await withRuns(6);
    const asked = `cancelled = true, cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'graceful'`;
    const ends = [
      `status = 'pass'`,
      `status = 'fail'`,
      `status = 'fail', cancelled = true, stale = true`,
      `status = 'fail', ${asked}`,
      `status = 'fail', stale = true, ${asked}`,
    ];
    for (const [n, set] of ends.entries())
      await gateway.sql.rows(`update runs set finished_at = clock_timestamp(), ${set} where id = $1`, [
        runs[n],
      ]);
    const all = (await list(person)).body as RunSummary[];
    for (const outcome of OUTCOMES) {
      const ended = all.filter((run) => run.outcome === outcome).map(({ id }) => id);
      expect(ended.length).toBeGreaterThan(0);
      expect(await ids(person, { outcome })).toEqual(ended);
      expect(await ids(person, { outcome, project: person.projectId })).toEqual(ended);
      expect(await ids(person, { outcome, status: 'running' })).toEqual([]);
      expect(await ids(person, { outcome, status: outcome === 'pass' ? 'pass' : 'fail' })).toEqual(ended);
    }
    expect(await ids(person, { outcome: 'cancelled' })).toEqual(runs.slice(3, 5));
  });

  it('since a time has the runs of that very moment', async () => {
    const { person, runs } = await withRuns(2);
    const at = '2026-01-02T03:04:05.678Z';
    await gateway.sql.rows('update runs set created_at = $1 where user_id = $2', [at, person.userId]);
    expect(await ids(person, { since: at })).toEqual(runs);
    expect(await ids(person, { since: '2026-01-02T03:04:05.679Z' })).toEqual([]);
  });

  it('is not filtered by an empty filter, and empty for a project that cannot be', async () => {
    const { person, runs } = await withRuns(2);
    expect(await ids(person, '?project=&status=&contextId=&since=&limit=&before=')).toEqual(runs);
    for (const project of ['nonsense', randomUUID(), '__proto__', "' or true --"])
      expect(await ids(person, { project })).toEqual([]);
    expect(await ids(person, { contextId: "' or true --" })).toEqual([]);
    expect(await ids(person, { contextId: '__proto__' })).toEqual([]);
  });

  it('I11: shows nothing more before a cursor of another user, of a run that is not there, or made up', async () => {
    const { person, runs } = await withRuns(3);
    const admin = await createPerson(gateway, 'admin');
    const foreign = nextOf(await list(admin, '?limit=1'));
    expect(await ids(bob, foreign)).toEqual([]);
    const nowhere = { before: encodeRunCursor({ micros: '9000000000000000', id: randomUUID() }) };
    expect(await ids(person, nowhere)).toEqual(runs);
    expect(await ids(bob, nowhere)).toEqual([]);
    expect(await ids(person, { before: encodeRunCursor({ micros: '0', id: randomUUID() }) })).toEqual([]);
    expect(await ids(bob, { project: person.projectId })).toEqual([]);
    expect(await ids(bob, { ...nowhere, project: person.projectId, status: 'running' })).toEqual([]);
  });

  it('I11: follows the memberships of the moment, and keeps what one has started oneself', async () => {
    const { person, runs } = await withRuns(2);
    const guest = await createPerson(gateway);
    await addMember(gateway, person.projectId, guest, 'operator');
    const own = await startRun(gateway, guest, person.projectId);
    const there = { project: person.projectId };
    expect(await ids(guest, there)).toEqual([own, ...runs]);
    expect(await ids(guest)).toEqual([own, ...runs]);
    await gateway.sql.rows('delete from project_members where user_id = $1 and project_id = $2', [
      guest.userId,
      person.projectId,
    ]);
    expect(await ids(guest, there)).toEqual([own]);
    expect(await ids(guest)).toEqual([own]);
    expect(await ids(person)).toEqual([own, ...runs]);
  });

  it('has small rows: no accessibility tree, no event', async () => {
    const { person, runs } = await withRuns(1);
    await gateway.sql.rows(
      `insert into steps (run_id, index, epoch, action, ok, a11y) values ($1, 0, 1, 'goto', true, 'a tree')`,
      [runs[0]],
    );
    const { body } = await list(person);
    expect(body).toMatchObject([{ id: runs[0], steps: [{ index: 0, ok: true }] }]);
    expect(JSON.stringify(body)).not.toMatch(/a tree|a11y|events/);
  });

  it('lets pages of other origins read the link', async () => {
    const { person } = await withRuns(2);
    const headers = { origin: 'https://app.test' };
    const answer = await call(gateway, 'GET', '/v1/runs?limit=1', { as: person, headers });
    expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toContain('Link');
    expect(answer.headers.has('link')).toBe(true);
  });
});

describe('a list for the night', () => {
  it('has what goes on, the longest first, until a time, by who started or stopped it', async () => {
    const [carl, dora] = [await createPerson(gateway), await createPerson(gateway)];
    await addMember(gateway, carl.projectId, dora, 'operator');
    const [first, second] = [await startRun(gateway, carl), await startRun(gateway, carl)];
    const third = await startRun(gateway, dora, carl.projectId);
    expect(await ids(carl, '?order=longest')).toEqual([first, second, third]);
    expect(await ids(carl, '?order=longest&limit=2')).toEqual([first, second]);
    const { body } = await list(carl, `?limit=3`);
    const { startedAt } = (body as RunSummary[]).find(({ id }) => id === second)!;
    const until = new Date(Date.parse(startedAt) + 1).toISOString();
    expect(await ids(carl, { until, since: startedAt })).toEqual([second]);
    expect(await ids(carl, '?startedBy=me')).toEqual([second, first]);
    expect(await ids(carl, `?startedBy=${dora.userId}`)).toEqual([third]);
    expect(await ids(dora, `?startedBy=me`)).toEqual([third]);
    // I11: nothing of a user outside of one's own projects.
    expect(await ids(ann, `?startedBy=${carl.userId}`)).toEqual([]);

    await call(gateway, 'POST', `/v1/runs/${first}/cancel`, { as: dora });
    expect(await ids(carl, `?stoppedBy=${dora.userId}`)).toEqual([first]);
    expect(await ids(dora, '?stoppedBy=me')).toEqual([first]);
    expect(await ids(dora, '?stoppedBy=me&outcome=pass')).toEqual([]);
    expect(await ids(carl, '?stoppedBy=me')).toEqual([]);
    expect(await ids(ann, `?stoppedBy=${dora.userId}`)).toEqual([]);
    expect(await ids(carl, '?order=longest&outcome=fail')).toEqual([]);

    // One's own runs stay visible after one has left their project, also by who stopped them.
    await call(gateway, 'POST', `/v1/runs/${third}/cancel`, { as: dora });
    expect(await ids(dora, '?stoppedBy=me')).toEqual([third, first]);
    await gateway.sql.rows('delete from project_members where user_id = $1 and project_id = $2', [
      dora.userId,
      carl.projectId,
    ]);
    expect(await ids(dora, '?stoppedBy=me')).toEqual([third]);
    expect(await ids(dora, { stoppedBy: 'me', project: carl.projectId })).toEqual([third]);
  });

  it('has what needs attention: what failed or was lost and was not run again, what asks, and what takes longer than usual', async () => {
    const eve = await createPerson(gateway);
    const runs = [];
    for (let n = 0; n < 8; n += 1) runs.push(await startRun(gateway, eve));
    const [failed, lost, stopped, again, slow, usual, ...others] = runs as [string, ...string[]];
    const end = (id: string | undefined, set: string) =>
      gateway.sql.rows(
        `update runs set status = 'fail', state = 'fail', finished_at = clock_timestamp(), ${set} where id = $1`,
        [id],
      );
    await end(failed, `error = 'no'`);
    await end(lost, 'stale = true');
    await end(stopped, `cancelled = true, cancel_requested_at = clock_timestamp()`);
    await end(again, `error = 'no'`);
    expect(await ids(eve, '?attention=1')).toEqual([again, lost, failed]);
    const rerun = await call(gateway, 'POST', `/v1/runs/${again}/rerun`, { as: eve });
    expect(rerun.status).toBe(202);
    expect(await ids(eve, '?attention=1')).toEqual([lost, failed]);
    expect(await ids(eve, { attention: '1', q: lost!.slice(-8) })).toEqual([lost]);
    expect(await ids(ann, '?attention=1')).toEqual([]);

    // Three runs of a flow took ten seconds; of two that go on one has taken half a minute.
    await gateway.sql.rows(
      `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until,
         created_at, flow_name, flow_version, status, claimed_at, finished_at)
       select gen_random_uuid(), user_id, project_id, base_url, plan, 'pass', snapshot, machine_version, queue_until,
         created_at, 'checkout', 1, 'pass', clock_timestamp() - interval '10 seconds', clock_timestamp()
       from runs, generate_series(1, 3) where id = $1`,
      [others[0]],
    );
    const asks = others[1];
    await gateway.sql.rows(
      `update runs set state = 'running.stepping.asking', owner = gen_random_uuid() where id = $1`,
      [asks],
    );
    for (const [id, seconds] of [
      [slow, 30],
      [usual, 15],
    ] as const)
      await gateway.sql.rows(
        `update runs set flow_name = 'checkout', flow_version = 1, owner = gen_random_uuid(),
           claimed_at = clock_timestamp() - $2::int * interval '1 second' where id = $1`,
        [id, seconds],
      );
    for (const id of [slow, usual, asks]) {
      await gateway.sql.rows(
        `insert into leases (run_id, owner, epoch, until, renewed_at, of_user, of_project)
         select id, owner, epoch, clock_timestamp() + interval '1 hour', clock_timestamp(), user_id, project_id
         from runs where id = $1`,
        [id],
      );
    }
    await eventually(async () => expect(await ids(eve, '?attention=1')).toEqual([asks, slow, lost, failed]));
    expect(await ids(eve, `?attention=1&project=${eve.projectId}&limit=1`)).toEqual([asks]);
    expect(await ids(ann, '?attention=1')).toEqual([]);
  });
});

describe('a list that cannot be', () => {
  const cursor = encodeRunCursor({ micros: '1764034567123456', id: randomUUID() });

  it.each([
    ['limit', '?limit=0'],
    ['limit', '?limit=1001'],
    ['limit', '?limit=-1'],
    ['limit', '?limit=1e2'],
    ['limit', '?limit=1.5'],
    ['limit', '?limit=abc'],
    ['limit', '?limit=%2010'],
    ['limit', '?limit=99999999999999999999'],
    ['limit', '?limit=1&limit=2'],
    ['status', '?status=queued'],
    ['status', '?status=PASS'],
    ['status', '?status=__proto__'],
    ['status', '?status=pass&status=fail'],
    ['outcome', '?outcome=running'],
    ['since', '?since=yesterday'],
    ['since', '?since=2026-01-01'],
    ['since', '?since=2026-02-30T00:00:00Z'],
    ['since', '?since=0000-01-01T00:00:00Z'],
    ['since', '?since=99999-01-01T00:00:00Z'],
    ['since', `?since=2026-01-01T00:00:00.${'1'.repeat(200)}Z`],
    ['since', '?since=2026-01-01T00:00:00Z&since=2026-01-01T00:00:00Z'],
    ['contextId', `?contextId=${'x'.repeat(201)}`],
    ['contextId', '?contextId=%00'],
    ['contextId', '?contextId=a&contextId=b'],
    ['project', `?project=${'x'.repeat(201)}`],
    ['project', '?project=%00'],
    ['project', '?project=a&project=b'],
    ['until', '?until=now'],
    ['order', '?order=oldest'],
    ['order', '?order=longest&q=a'],
    ['order', '?order=longest&attention=1'],
    ['attention', '?attention=1&status=fail'],
    ['startedBy', '?startedBy=ann'],
    ['stoppedBy', '?stoppedBy=me&startedBy=me'],
    ['before', '?before=nonsense'],
    ['before', '?before=%00'],
    ['before', `?before=${'A'.repeat(5_000)}`],
    ['before', `?before=${cursor}x`],
    ['before', `?before=${cursor}&before=${cursor}`],
  ])('%s of %s is a validation error that names it', async (field, query) => {
    const answer = await list(ann, query);
    expect(answer).toMatchObject({ status: 400, body: { error: 'validation error' } });
    const { details } = answer.body as { details: { fieldErrors: object } };
    expect(Object.keys(details.fieldErrors)).toEqual([field]);
    expect(answer.headers.has('link')).toBe(false);
  });

  it('is refused in the language of the caller', async () => {
    const headers = { 'accept-language': 'es' };
    const { body } = await call(gateway, 'GET', '/v1/runs?before=x', { as: ann, headers });
    expect(body).toMatchObject({ details: { fieldErrors: { before: ['debe venir de una cabecera Link'] } } });
  });
});
