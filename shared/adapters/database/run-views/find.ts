import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
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

type Row = Omit<FoundRun, 'membership'> & { membership: ProjectRole | null };
const present = (row: Row): FoundRun => ({ ...row, membership: row.membership ?? undefined });

export async function findRun(sql: Sql, runId: string, viewerId: string): Promise<FoundRun | undefined> {
  const row = await sql.row<Row>(FIND_RUN, { runId, viewerId });
  return row && present(row);
}

/** More runs with one short id do not happen by chance: a user made them so. */
const MOST_ALIKE = 100;

/** The runs whose ids end like this, without regard to rights. */
export async function findRunsByShortId(sql: Sql, shortId: string, viewerId: string): Promise<FoundRun[]> {
  const rows = await sql.rows<Row>(FIND_BY_SHORT_ID, { shortId: shortId.toLowerCase(), viewerId });
  return rows.map(present);
}

const FOUND_RUN = `
select ${columns<typeof RunEntity>(FOUND, 'runs')},
  member.role as membership
from runs left join project_members as member on member.project_id = runs.project_id and member.user_id = :viewerId`;
const FIND_RUN = `${FOUND_RUN}
where runs.id = :runId`;
/** The expression of the index. */
const FIND_BY_SHORT_ID = `${FOUND_RUN}
where right(runs.id::text, 8) = :shortId limit ${MOST_ALIKE}`;
