/**
 * How many of a user's queued runs are looked at in one claim: as many runners may claim at the same moment before one
 * of them goes on to the next user.
 */
const CANDIDATES = 64;

/** Nobody has it yet; the same words as in the index `runs_queued`. */
const queued = (run: string) =>
  `${run}.status = 'running' and ${run}.owner is null and ${run}.cancel_requested_at is null`;
/** On a runner; the same words as in the indexes `runs_held` and `runs_one_of_key`. */
const held = (run: string) => `${run}.owner is not null and ${run}.status in ('running', 'cancelling')`;

/**
 * SQL: the common table expressions that choose the run to be claimed next, as `next (id)`, locked.
 *
 * Fair between users: first the one with the fewest runs on runners, then the one whose last claim is longest ago, then
 * the one whose run has waited longest; a user's own runs go in the order they came. A run whose concurrency key is held,
 * and one whose user or project has as many runs on runners as it may, is passed over.
 *
 * It costs a few index look-ups for each user that waits, however many runs wait and however many are stored: users are
 * found one after the other in the index, and candidates only of as many users as it takes.
 *
 * `$3` and `$4` are the oldest and newest machine version, `$5` and `$6` the most runs of a user and of a project; null
 * is no limit. `$7` are runs to be left out.
 */
export const NEXT_RUN = `
waiting as (
  (select user_id, created_at from runs where ${queued('runs')} order by user_id, created_at limit 1)
  union all
  select following.user_id, following.created_at from waiting cross join lateral (
    select user_id, created_at from runs where ${queued('runs')} and user_id > waiting.user_id
    order by user_id, created_at limit 1
  ) as following
),
held as materialized (select user_id, project_id from runs where ${held('runs')}),
held_by_user as (select user_id, count(*) as runs from held group by user_id),
full_project as (select project_id from held group by project_id having count(*) >= $6::int),
turn as (
  select waiting.user_id, row_number() over (
    order by coalesce(held_by_user.runs, 0), last.claimed_at nulls first, waiting.created_at, waiting.user_id
  ) as place
  from waiting left join held_by_user using (user_id) left join lateral (
    select claimed_at from runs where user_id = waiting.user_id and claimed_at is not null
    order by claimed_at desc limit 1
  ) as last on true
  where $5::int is null or coalesce(held_by_user.runs, 0) < $5::int
),
next as (
  select runs.id
  from (select user_id, place from turn order by place) as turn cross join lateral (
    select id, created_at from runs as candidate
    where ${queued('candidate')} and user_id = turn.user_id and queue_until > clock_timestamp()
      and machine_version between $3 and $4 and id <> all ($7::uuid[])
      and (concurrency_key is null or not exists (
        select from runs as holder where holder.project_id = candidate.project_id
          and holder.concurrency_key = candidate.concurrency_key and ${held('holder')}))
      and project_id not in (select project_id from full_project)
    order by created_at, id limit ${CANDIDATES}
  ) as candidate join runs on runs.id = candidate.id
  where ${queued('runs')}
  order by turn.place, candidate.created_at, candidate.id
  limit 1 for update of runs skip locked
)`;
