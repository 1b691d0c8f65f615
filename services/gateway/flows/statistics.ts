import { findNamedFlow } from '#shared/adapters/database/flows/flows.ts';
import { readFlowStatistics, type VersionStatistics } from '#shared/adapters/database/flows/statistics.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

/** Runs that are looked at. */
const MOST_RUNS = 1_000;

export const createReadFlowStatistics =
  (sql: Sql): Handler<'readFlowStatistics'> =>
  async ({ project, params: { name } }) => {
    const place = { projectId: project.id, name };
    if (!(await findNamedFlow(sql, place))) throw new RequestError('not_found');
    const versions = await readFlowStatistics(sql, { ...place, most: MOST_RUNS });
    const runs = versions.reduce((sum, version) => sum + version.runs, 0);
    return { status: 200, body: { runs, versions: versions.map(presentStatistics) } };
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
