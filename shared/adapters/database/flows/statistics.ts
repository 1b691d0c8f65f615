import { FAILED_AS } from '../run-views/failed-as.ts';
import type { Sql } from '../sql.ts';

/** How the runs of a version went, of those that were looked at. */
export interface VersionStatistics {
  version: number;
  runs: number;
  pass: number;
  fail: number;
  cancelled: number;
  lost: number;
  /** Median time of those that passed, from the claim to the end, ms. */
  medianMs: number | null;
  lastStartedAt: Date;
}

/** Newest version first, of the newest `most` runs of the flow. */
export const readFlowStatistics = (
  sql: Sql,
  wanted: { projectId: string; name: string; most: number },
): Promise<VersionStatistics[]> => sql.rows<VersionStatistics & Record<string, unknown>>(READ, { ...wanted });

/** The newest of each status are merged: each comes off the index of lists in its order, so no more than these are read. */
const READ = `
with newest as (
  select run.id, run.created_at from unnest('{running,cancelling,pass,fail}'::text[]) as given (status) cross join lateral (
    select id, created_at from runs
    where (project_id::text || flow_name, shown_status) = (:projectId::uuid::text || :name, given.status) and flow_name is not null
    order by created_at desc, id desc limit :most
  ) as run order by run.created_at desc, run.id desc limit :most
)
select flow_version as version, count(*)::int as runs, (count(*) filter (where outcome = 'pass'))::int as pass,
  (count(*) filter (where outcome = 'fail'))::int as fail, (count(*) filter (where outcome = 'cancelled'))::int as cancelled,
  (count(*) filter (where outcome = 'lost'))::int as lost,
  percentile_cont(0.5) within group (order by extract(epoch from finished_at - claimed_at)::float8 * 1000)
    filter (where outcome = 'pass') as "medianMs",
  max(created_at) as "lastStartedAt"
from (select runs.*, case status when 'pass' then 'pass' when 'fail' then ${FAILED_AS} end as outcome
  from runs where id = any (array(select id from newest))) as run
group by flow_version order by flow_version desc`;
