import type { ProjectRole } from '#shared/contract/roles.ts';
import type { Status } from '#shared/run/status.ts';
import type { Sql } from '../sql.ts';

/** A run with what `viewerId` is in its project. */
export interface FoundRun {
  id: string;
  userId: string;
  projectId: string;
  status: Status;
  shownStatus: Status;
  membership: ProjectRole | undefined;
}

export async function findRun(sql: Sql, runId: string, viewerId: string): Promise<FoundRun | undefined> {
  const row = await sql.row<Omit<FoundRun, 'membership'> & { membership: ProjectRole | null }>(FIND_RUN, {
    runId,
    viewerId,
  });
  return row && { ...row, membership: row.membership ?? undefined };
}

const FIND_RUN = `
select runs.id, runs.user_id as "userId", runs.project_id as "projectId", status, shown_status as "shownStatus",
  member.role as membership
from runs left join project_members as member on member.project_id = runs.project_id and member.user_id = :viewerId
where runs.id = :runId`;
