import type { ProjectRole } from '#shared/contract/roles.ts';
import { type Columns, columns } from '../columns.ts';
import type { RunEntity } from '../entities/runs.ts';
import type { Sql } from '../sql.ts';

/** A run with what `viewerId` is in its project. */
export interface FoundRun extends Columns<typeof RunEntity, (typeof FOUND)[number]> {
  membership: ProjectRole | undefined;
}

const FOUND = [
  ...(['id', 'userId', 'projectId', 'status', 'shownStatus'] as const),
  ...(['owner', 'epoch', 'traceparent'] as const),
] as const;

export async function findRun(sql: Sql, runId: string, viewerId: string): Promise<FoundRun | undefined> {
  const row = await sql.row<Omit<FoundRun, 'membership'> & { membership: ProjectRole | null }>(FIND_RUN, {
    runId,
    viewerId,
  });
  return row && { ...row, membership: row.membership ?? undefined };
}

const FIND_RUN = `
select ${columns<typeof RunEntity>(FOUND, 'runs')},
  member.role as membership
from runs left join project_members as member on member.project_id = runs.project_id and member.user_id = :viewerId
where runs.id = :runId`;
