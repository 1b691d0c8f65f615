/* I11, I14: a subscriber reads each run that ended in its projects once, in the order of their ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import {
  type EndedRunsToFind,
  findEndedRuns,
  readProjectsOf,
} from '#shared/adapters/database/run-views/ended-runs.ts';
import type { RunPosition } from '#shared/adapters/database/run-views/list-statement.ts';
import { type Explainer, openExplainer } from '../../../../support/database/explain.ts';
import { fillWithRuns, type ManyRuns } from '../../../../support/database/many-runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const RUNS = 20_000;
/** Late in the year of runs that there is. */
const SINCE = new Date(Date.now() - 40 * 86_400_000).toISOString();

let database: Database;
let explainer: Explainer;
let many: ManyRuns;
let projectIds: string[];

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'ended-runs', statementTimeoutMs: 30_000 });
  many = await fillWithRuns(database.sql, RUNS);
  projectIds = await readProjectsOf(database.sql, many.viewer.userId, 'all', 64);
  explainer = await openExplainer(url);
});
afterAll(async () => {
  await explainer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const wanted = (more: Partial<EndedRunsToFind> = {}): EndedRunsToFind => ({
  viewerId: many.viewer.userId,
  projectIds,
  since: SINCE,
  limit: 100,
  ...more,
});

/** The same in the plainest words. */
const AS_IT_SHOULD_BE = `
select id from runs where status in ('pass', 'fail') and finished_at >= $2
  and (user_id = $1 or (project_id = any($3) and project_id in (select project_id from project_members where user_id = $1)))
order by finished_at, id`;

async function allPages(of: EndedRunsToFind): Promise<string[]> {
  const read: string[] = [];
  let after: RunPosition | undefined;
  do {
    const page: RunPosition[] = await findEndedRuns(database.sql, { ...of, after });
    read.push(...page.map(({ id }) => id));
    after = page.at(-1);
  } while (after);
  return read;
}

describe(`I11: of ${RUNS} runs, three of each microsecond, a subscriber reads those that ended since`, () => {
  it.each([
    ['in its projects and of its own', () => projectIds],
    ['of its own', () => []],
    ['in one of its projects and of its own', () => [many.shared]],
    ['of its own only, for a project that it is no member of', () => [many.stranger.projectId]],
  ])('%s: each once, in the order of their ends', async (_, projects) => {
    const rows = await database.sql.rows<{ id: string }>(AS_IT_SHOULD_BE, [
      many.viewer.userId,
      SINCE,
      projects(),
    ]);
    const read = await allPages(wanted({ projectIds: projects(), limit: 37 }));
    expect(read.length).toBeGreaterThan(30);
    expect(read).toEqual(rows.map(({ id }) => id));
  });
});

it('I14: a page is read off indexes, a page at most for each project and the user', async () => {
  const { nodes, buffers } = await explainer.explain((sql) => findEndedRuns(sql, wanted()));
  const ofRuns = nodes.filter((node) => node['Relation Name'] === 'runs');
  expect(ofRuns.map((node) => node['Index Name'])).toEqual(
    expect.arrayContaining(['runs_ended_of_project', 'runs_ended_of_user']),
  );
  for (const node of ofRuns) {
    expect(node['Node Type']).not.toBe('Seq Scan');
    expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    expect(node['Actual Rows']).toBeLessThanOrEqual(101);
  }
  expect(buffers).toBeLessThan(20 * 101);
});
