/* Which batches a gateway looks at next: those of which runs have ended, and those that are due, by turns of projects (I13). */
import type { Statements } from '../sql.ts';

export interface TakenBatch {
  id: string;
  projectId: string;
  /** When another look is due, unless this one says something else. */
  dueAt: Date;
}

/**
 * Takes up to `limit` batches of which runs have ended, and as many that are due; of each project one of either, and projects in
 * the order of their ids after the last one. They are not due again for a while: who dies holds up none for longer.
 */
export const takeDueBatches = (
  sql: Statements,
  { after = FIRST, limit }: { after: string | undefined; limit: number },
): Promise<TakenBatch[]> => sql.rows<TakenBatch & Record<string, unknown>>(TAKE, { after, limit });

const FIRST = '00000000-0000-0000-0000-000000000000';

/** A gateway looks at one that it has taken again after so long, ms; unless that is due sooner by now. */
export const lookAgain = (sql: Statements, { id, dueAt }: TakenBatch, afterMs: number): Promise<unknown> =>
  sql.rows(
    `update batches set due_at = clock_timestamp() + :afterMs::float8 * interval '1 ms' where id = :id and due_at = :dueAt`,
    { id, dueAt, afterMs },
  );

const TAKEN_FOR = `interval '10 s'`;

/** So many ends are looked at: there are more only if no gateway was there for a while. */
const ENDS = 1_000;
/** The first end of each project; what there is no live batch of any more is deleted. */
const ENDED = `
looked as materialized (
  select seq, project_id, batch_id, exists (
    select from batches join projects on projects.id = batches.project_id where batches.id = batch_id and due_at is not null) as is_live
  from (select seq, project_id, batch_id from batch_ends order by seq limit ${ENDS}) as first
),
ended as materialized (
  select distinct on (project_id) project_id, batch_id from looked where is_live order by project_id, seq
),
gone as (delete from batch_ends where seq = any (array(select seq from looked where not is_live)))`;
const DUE = `
due as materialized (
  select distinct on (project_id) id, project_id from batches, moment
  where due_at <= moment.now and exists (select from projects where projects.id = project_id)
  order by project_id, due_at
)`;
/** Round by round: those after the last one first. */
const TURN = 'project_id <= :after::uuid, project_id';
const TAKE = `
with moment as materialized (select clock_timestamp() as now),${ENDED},${DUE},
chosen as materialized (
  (select batch_id as id from ended order by ${TURN} limit :limit)
  union (select id from due order by ${TURN} limit :limit)
),
free as materialized (select id from batches where id = any (array(select id from chosen)) and due_at is not null for no key update skip locked)
update batches set due_at = date_trunc('milliseconds', moment.now + ${TAKEN_FOR}) from free, moment
where batches.id = free.id returning batches.id, project_id as "projectId", due_at as "dueAt"`;
