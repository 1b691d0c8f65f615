import { readFlakiness } from '#shared/adapters/database/batches/read.ts';
import { findNamedFlow } from '#shared/adapters/database/flows/flows.ts';
import { readFlowStatistics, type VersionStatistics } from '#shared/adapters/database/flows/statistics.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

/** Runs that are looked at. */
const MOST_RUNS = 1_000;
/** Tests of batches likewise. */
const MOST_TESTS = 50;

export const createReadFlowStatistics =
  (sql: Sql): Handler<'readFlowStatistics'> =>
  async ({ project, params: { name } }) => {
    const place = { projectId: project.id, name };
    if (!(await findNamedFlow(sql, place))) throw new RequestError('not_found');
    const versions = await readFlowStatistics(sql, { ...place, most: MOST_RUNS });
    const runs = versions.reduce((sum, version) => sum + version.runs, 0);
    const { tests, flaky, fail } = await readFlakiness(sql, { ...place, most: MOST_TESTS });
    const body = { runs, versions: versions.map(presentStatistics) };
    if (tests === 0) return { status: 200, body };
    return { status: 200, body: { ...body, tests: { tests, flaky, fail, flakeRate: flaky / tests } } };
  };

function presentStatistics({ medianMs, lastStartedAt, ...counts }: VersionStatistics) {
  const judged = counts.pass + counts.fail;
  return {
    ...counts,
    ...(judged > 0 && { passRate: counts.pass / judged }),
    ...(medianMs !== null && { medianMs: Math.round(medianMs) }),
    lastStartedAt: lastStartedAt.toISOString(),
  };
}
