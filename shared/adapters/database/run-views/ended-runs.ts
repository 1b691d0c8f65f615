/*
 * The runs that have ended, a user's own and those of its projects (I11), in the order of their ends. Each project, and the
 * user, reads at most one page off its index, however many runs there are (I14). Owns no data.
 */
import type { Sql } from '../sql.ts';
import type { RunPosition } from './list-statement.ts';

export interface EndedRunsToFind {
  viewerId: string;
  /** Projects that the viewer is a member of; others are left out. */
  projectIds: readonly string[];
  /** ISO 8601: runs that ended then or later. */
  since?: string | undefined;
  /** Only what comes after this position, whose time is that of an end. */
  after?: RunPosition | undefined;
  /** The most runs that a page has, at most 101. */
  limit: number;
}

/** The positions of the runs, by their ends. */
export const findEndedRuns = (sql: Sql, wanted: EndedRunsToFind): Promise<RunPosition[]> => {
  const { viewerId, projectIds, since, after, limit } = wanted;
  return sql.rows<RunPosition & { id: string }>(FIND, {
    viewerId,
    projectIds: [...projectIds],
    since: since ?? '-infinity',
    micros: after?.micros ?? null,
    id: after?.id ?? NO_ID,
    limit,
  });
};

/** The projects of a user, those named only if it is a member. One more than `most` if there are more. */
export const readProjectsOf = async (
  sql: Sql,
  userId: string,
  named: readonly string[] | 'all',
  most: number,
): Promise<string[]> =>
  (
    await sql.rows<{ id: string }>(
      `select project_id as id from project_members
       where user_id = :userId and (:named::uuid[] is null or project_id = any(:named::uuid[])) limit :limit`,
      { userId, named: named === 'all' ? null : [...named], limit: most + 1 },
    )
  ).map(({ id }) => id);

const NO_ID = '00000000-0000-0000-0000-000000000000';
/** A number that the planner can read; no page is longer. */
const MOST = 101;

const START = `coalesce(timestamptz 'epoch' + :micros::bigint * interval '1 us', :since::timestamptz)`;

/**
 * The equal column stands in the range and in the order, as in the index, and as a text, so that the index of this very
 * text is the only one that helps: off another one, a generic plan would read and sort a whole project.
 */
const page = (column: string, value: string) => `
select id, finished_at from runs
  where status in ('pass', 'fail') and (${column}, finished_at, id) > (${value}, ${START}, :id::uuid) and ${column} <= ${value}
  order by ${column}, finished_at, id limit ${MOST}`;

/** A run of the user in one of its projects is in two of the pages. */
const FIND = `
select id, (extract(epoch from finished_at) * 1000000)::bigint::text as micros from (
  (select run.* from project_members as member cross join lateral (${page('project_id::text', 'member.project_id::text')}) as run
   where member.user_id = :viewerId::uuid and member.project_id = any(:projectIds::uuid[]))
  union
  (${page('user_id::text', ':viewerId::uuid::text')})
) as ended order by finished_at, id limit :limit`;
