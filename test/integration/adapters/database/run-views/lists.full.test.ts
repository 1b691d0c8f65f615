/* I11, I14: a list has exactly the runs that it should, in order, and a page of it is read off indexes. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { readFlowStatistics } from '#shared/adapters/database/flows/statistics.ts';
import { countRuns, readRunPage } from '#shared/adapters/database/run-views/list.ts';
import type { RunPosition, RunsToList } from '#shared/adapters/database/run-views/list-statement.ts';
import { type Explainer, openExplainer } from '../../../../support/database/explain.ts';
import { KINDS_OF_LISTS } from '../../../../support/database/many-lists.ts';
import { COMMON_FLOW, fillWithRuns, type ManyRuns } from '../../../../support/database/many-runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { everyNth, share } from '../../../../support/share.ts';

const RUNS = share(8_000, 20_000);

let database: Database;
let explainer: Explainer;
let many: ManyRuns;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'lists', statementTimeoutMs: 30_000 });
  many = await fillWithRuns(database.sql, RUNS);
  explainer = await openExplainer(url);
});
afterAll(async () => {
  await explainer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** What a list has to be, in the plainest words. */
const AS_IT_SHOULD_BE = `
select id from runs where ($1 or user_id = $2 or project_id in (select project_id from project_members where user_id = $2))
  and ($3::uuid is null or project_id = $3) and ($4::text is null or shown_status = $4)
  and ($5::text is null or context_id = $5) and ($6::timestamptz is null or created_at >= $6)
  and ($7::numeric is null or (extract(epoch from created_at) * 1000000, id) < ($7::numeric, $8::uuid))
  and ($9::text is null or status in ('pass', 'fail') and $9 = case when status = 'pass' then 'pass'
    when cancel_requested_at is not null then 'cancelled' when cancelled or stale then 'lost' else 'fail' end)
  and ($10::text is null or flow_name = $10) and ($11::timestamptz is null or created_at < $11)
  and ($12::uuid is null or user_id = $12) and ($13::uuid is null or cancel_user_id = $13)
  and (not coalesce($14::boolean, false) or status = 'fail' and cancel_requested_at is null and rerun_at is null)`;
const NEWEST = `${AS_IT_SHOULD_BE} order by created_at desc, id desc limit $15`;
const LONGEST = `${AS_IT_SHOULD_BE} and shown_status in ('running', 'cancelling') order by created_at, id limit $15`;

async function expected({ before, ...wanted }: RunsToList, limit: number): Promise<string[]> {
  const { everybody, viewerId, projectId, status, contextId, since, outcome, flowName } = wanted;
  const { until, startedBy, stoppedBy, attention, longest } = wanted;
  const place = [before?.micros, before?.id];
  const filters = [everybody, viewerId, projectId, status, contextId, since, ...place, outcome, flowName];
  const further = [until, startedBy, stoppedBy, attention];
  const values = [...filters, ...further].map((value) => value ?? null);
  return (await database.sql.rows<{ id: string }>(longest ? LONGEST : NEWEST, [...values, limit])).map(
    ({ id }) => id,
  );
}

async function pages(wanted: RunsToList, most: number): Promise<string[]> {
  const listed: string[] = [];
  let before: RunPosition | undefined = wanted.before;
  do {
    const { runs, next } = await readRunPage(database.sql, { ...wanted, before });
    listed.push(...runs.map(({ id }) => id));
    expect(runs.length <= wanted.limit && (!next || runs.length === wanted.limit)).toBe(true);
    before = next;
  } while (before && listed.length < most);
  return listed;
}

describe(`I11: with ${RUNS} runs, three of each microsecond, the list of`, () => {
  it.each(everyNth(3, KINDS_OF_LISTS))('%s is what it should be, page after page', async (_, of) => {
    const wanted = of(many);
    const rows = await expected(wanted, 60);
    expect(await pages({ ...wanted, limit: 7 }, 60)).toEqual(
      rows.length < 60 ? rows : await expected(wanted, 63),
    );
    expect(await pages(wanted, 1)).toEqual(await expected(wanted, wanted.limit));
  });
});

test(`I14: of ${RUNS} runs a list of a few that are named looks at those alone`, async () => {
  const { viewer } = many;
  const named = await database.sql.rows<{ id: string; mine: boolean }>(
    `select id, user_id = $1 or exists (select from project_members as member where member.project_id = runs.project_id
       and member.user_id = $1 and member.role <> 'viewer') as mine
     from runs where status = 'running' and cancel_requested_at is null order by created_at desc, id desc limit 40`,
    [viewer.userId],
  );
  expect(new Set(named.map(({ mine }) => mine))).toEqual(new Set([true, false]));
  const only = { ids: named.map(({ id }) => id), answerable: true };
  const wanted = { viewerId: viewer.userId, everybody: false, limit: 100, only };
  const { runs } = await readRunPage(database.sql, wanted);
  expect(runs.map(({ id }) => id)).toEqual(named.filter(({ mine }) => mine).map(({ id }) => id));
  const { nodes } = await explainer.explain((sql) => readRunPage(sql, wanted));
  for (const node of nodes.filter((one) => one['Relation Name'] === 'runs')) {
    expect(node['Node Type']).not.toBe('Seq Scan');
    expect(node['Actual Rows']).toBeLessThanOrEqual(named.length);
  }
});

describe(`with ${RUNS} runs a page of the list of`, () => {
  it.each(everyNth(3, KINDS_OF_LISTS))(
    '%s is read off indexes, and no more than a page of each',
    async (_, of) => {
      const wanted = of(many);
      const { nodes } = await explainer.explain((sql) => readRunPage(sql, wanted));
      const ofRuns = nodes.filter((node) => node['Relation Name'] === 'runs');
      const sorts = nodes.filter((node) => node['Node Type'].endsWith('Sort'));
      const page = wanted.limit + 1;
      expect(ofRuns.length).toBeGreaterThan(1);
      for (const node of ofRuns) {
        expect(node['Node Type']).not.toBe('Seq Scan');
        expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
        expect(node['Actual Rows']).toBeLessThanOrEqual(page);
      }
      // At most a page of each status; of two projects, and a third that has own runs.
      for (const { Plans: [from] = [] } of sorts) expect(from!['Actual Rows']).toBeLessThanOrEqual(4 * page);
    },
  );

  it.each(everyNth(3, KINDS_OF_LISTS))(
    '%s is written with constants, so that its plan is kept',
    async (_, of) => {
      const wanted = of(many);
      await readRunPage(database.sql, wanted);
      const count = 'select count(*)::int as count from pg_prepared_statements';
      const before = await database.sql.row(count);
      const since = new Date().toISOString();
      await readRunPage(database.sql, { ...wanted, limit: wanted.limit - 1, since, before: LONG_AGO });
      expect(await database.sql.row(count)).toEqual(before);
    },
  );
});

describe(`of ${RUNS} runs the count`, () => {
  const stranger = () => many.stranger.userId;
  const viewer = () => many.viewer.userId;
  it.each<[string, () => Pick<RunsToList, 'viewerId' | 'everybody' | 'projectId'>]>([
    ['of all', () => ({ viewerId: stranger(), everybody: true })],
    ['of a member of two projects', () => ({ viewerId: viewer(), everybody: false })],
    ['of another user', () => ({ viewerId: stranger(), everybody: false })],
    ['of a shared project', () => ({ viewerId: viewer(), everybody: false, projectId: many.shared })],
    ['of a project that was left', () => ({ viewerId: viewer(), everybody: false, projectId: many.left })],
    ['of a project of all', () => ({ viewerId: stranger(), everybody: true, projectId: many.shared })],
  ])('%s is exact up to its most, and read off indexes', async (_, of) => {
    const standings = [
      ...(['running', 'cancelling'] as const).map((status) => [status, { status }] as const),
      ...(['pass', 'fail', 'cancelled', 'lost'] as const).map((outcome) => [outcome, { outcome }] as const),
    ];
    for (const most of [1, 100, 1_000]) {
      const counted = await countRuns(database.sql, { ...of(), most });
      for (const [name, only] of standings)
        expect([name, counted[name]]).toEqual([
          name,
          (await expected({ ...of(), ...only, limit: most }, most)).length,
        ]);
    }
    const { nodes } = await explainer.explain((sql) => countRuns(sql, { ...of(), most: 100 }));
    for (const node of nodes.filter((one) => one['Relation Name'] === 'runs')) {
      expect(node['Node Type']).not.toBe('Seq Scan');
      expect(node['Actual Rows']).toBeLessThanOrEqual(101);
    }
  });
});

test('the statistics of a flow read no more than a page of each status, off an index', async () => {
  const wanted = { projectId: many.shared, name: COMMON_FLOW, most: 50 };
  const [counted] = await readFlowStatistics(database.sql, wanted);
  expect(counted).toMatchObject({ version: 1, runs: 50 });
  const { nodes } = await explainer.explain((sql) => readFlowStatistics(sql, wanted));
  for (const node of nodes.filter((one) => one['Relation Name'] === 'runs')) {
    expect(node['Node Type']).not.toBe('Seq Scan');
    expect(node['Actual Rows']).toBeLessThanOrEqual(50);
    expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
  }
});

const LONG_AGO: RunPosition = { micros: '1', id: '00000000-0000-4000-8000-000000000000' };
