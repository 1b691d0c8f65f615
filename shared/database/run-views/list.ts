import type { Sql } from '../sql.ts';
import { RUN_COLUMNS, type RunRow, stepsColumn } from './row.ts';

export interface RunsToList {
  viewerId: string;
  /** Whether the viewer sees everybody's runs. */
  everybody: boolean;
  projectId?: string;
  limit: number;
}

/** The runs a viewer may see (I11), newest first. */
export const listRuns = (
  sql: Sql,
  { viewerId, everybody, projectId, limit }: RunsToList,
): Promise<RunRow[]> =>
  everybody
    ? sql.rows<RunRow>(LIST_ALL, [projectId ?? null, limit])
    : sql.rows<RunRow>(LIST_SEEN, [projectId ?? null, limit, viewerId]);

const NEWEST = 'order by created_at desc, id desc limit $2';
const LIST_ALL = `
select ${RUN_COLUMNS}, ${stepsColumn(false)} from runs where $1::uuid is null or project_id = $1 ${NEWEST}`;

/** The newest of each source by its own index, then the newest of those: never a scan of other people's runs. */
const LIST_SEEN = `
with seen as (
  (select id from runs where user_id = $3 and ($1::uuid is null or project_id = $1) ${NEWEST})
  union
  select run.id from project_members as member cross join lateral (
    select id from runs where project_id = member.project_id ${NEWEST}
  ) as run where member.user_id = $3 and ($1::uuid is null or member.project_id = $1)
)
select ${RUN_COLUMNS}, ${stepsColumn(false)} from runs where id in (select id from seen) ${NEWEST}`;
