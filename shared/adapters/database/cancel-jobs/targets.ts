import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import { type Columns, columns } from '../columns.ts';
import type { RunEntity } from '../entities/runs.ts';
import type { Sql } from '../sql.ts';

/** A run that a bulk cancel is about, with what the policy needs to know of it. */
export interface CancelTarget extends Columns<typeof RunEntity, (typeof TARGET)[number]> {
  membership: ProjectRole | undefined;
}

const TARGET = ['id', 'userId', 'status'] as const;

export interface LiveRunFilter {
  callerId: string;
  /** Whether the caller may cancel everybody's runs. */
  everybody: boolean;
  projectId?: string | undefined;
  shownStatus?: 'running' | 'cancelling' | undefined;
  contextId?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  limit: number;
}

type Row = Omit<CancelTarget, 'membership'> & { membership: ProjectRole | null };
const present = (row: Row): CancelTarget => ({ ...row, membership: row.membership ?? undefined });

/** The runs with these ids, without regard to rights. Ids that do not exist are left out. */
export async function findTargets(sql: Sql, ids: string[], callerId: string): Promise<CancelTarget[]> {
  return (await sql.rows<Row>(FIND_TARGETS, { ids, callerId })).map(present);
}

/** The oldest runs that are not final, that the caller may cancel, and that the filter lets through. */
export async function findLiveRuns(sql: Sql, filter: LiveRunFilter): Promise<CancelTarget[]> {
  const rows = await sql.rows<Row>(FIND_LIVE, {
    callerId: filter.callerId,
    everybody: filter.everybody,
    projectId: filter.projectId ?? null,
    shownStatus: filter.shownStatus ?? null,
    contextId: filter.contextId ?? null,
    since: filter.since ?? null,
    until: filter.until ?? null,
    limit: filter.limit,
  });
  return rows.map(present);
}

const COLUMNS = `${columns<typeof RunEntity>(TARGET, 'runs')}, member.role as membership`;

const FIND_TARGETS = `
select ${COLUMNS} from runs
left join project_members as member on member.project_id = runs.project_id and member.user_id = :callerId
where runs.id = any (:ids::uuid[])`;

/** Every run that is not final is one of these, and each has an index of its own: what is final costs nothing. */
const LIVE = [
  `runs.status = 'running' and runs.owner is null and runs.cancel_requested_at is null and runs.parked_until is null`,
  `runs.status = 'running' and runs.parked_until is not null and runs.cancel_requested_at is null`,
  `runs.status in ('running', 'cancelling') and runs.owner is not null`,
  `runs.status in ('running', 'cancelling') and runs.owner is null and runs.cancel_requested_at is not null`,
];
const FOUND = (live: string) => `
(select ${COLUMNS}, runs.created_at from runs
left join project_members as member on member.project_id = runs.project_id and member.user_id = :callerId
where ${live}
  and (:everybody::boolean or runs.user_id = :callerId or member.role in ('operator', 'owner'))
  and (:projectId::uuid is null or runs.project_id = :projectId)
  and (:shownStatus::text is null or runs.shown_status = :shownStatus)
  and (:contextId::text is null or runs.context_id = :contextId)
  and (:since::timestamptz is null or runs.created_at >= :since)
  and (:until::timestamptz is null or runs.created_at < :until))`;
const FIND_LIVE = `
select id, "userId", membership, status from (${LIVE.map(FOUND).join(' union all ')}) as live
order by created_at, id limit :limit`;
