/**
 * How many lanes, and about how many runs of them, are looked at in one claim: as many runners may claim at the same
 * moment before one of them finds nothing.
 */
const CANDIDATES = 64;
/** How many runs of a lane may be passed over, being out of time or of another machine version, until the sweep has been. */
const WINDOW = 64;

/** It has no owner; the same condition as in the indexes `runs_free` and `runs_free_of_project`. */
const queued = (run: string) =>
  `${run}.status = 'running' and ${run}.owner is null and ${run}.cancel_requested_at is null`;
/** On a runner; the same words as in the indexes `runs_held` and `runs_one_of_key`. */
const held = (run: string) => `${run}.owner is not null and ${run}.status in ('running', 'cancelling')`;
/**
 * The same of a run that was found by its id: in words that fit no index, or one might be read as a whole for it, since
 * PostgreSQL has no idea how many wait.
 */
const stillQueued = (run: string) =>
  `${run}.status = 'running' and num_nonnulls(${run}.owner) = 0 and num_nonnulls(${run}.cancel_requested_at) = 0`;
const free = (run: string) => `${queued(run)} and (${run}.concurrency_key is null)`;
const claimable = (run: string) =>
  `${run}.queue_until > clock_timestamp() and ${run}.machine_version between :oldestVersion and :newestVersion and ${run}.id <> all (:without::uuid[])`;
/** With an offset it is looked up for each run; else all the held ones might be read to be joined. */
const keyIsHeld = (run: string) => `exists (
  select from runs as holder where holder.project_id = ${run}.project_id
    and holder.concurrency_key = ${run}.concurrency_key and ${held('holder')} offset 0)`;

/** SQL: what a lane is named by. */
interface Lane {
  columns: string;
  /** The lane of `run` is that of `lane`. */
  same(run: string, lane: string): string;
}

const OF_USER: Lane = {
  columns: 'user_id',
  same: (run, lane) => `${run}.user_id = ${lane}.user_id`,
};
/** Where projects may be full, those that are must not be in the way of a user's others. */
const OF_PROJECT: Lane = {
  columns: 'project_id, user_id',
  same: (run, lane) => `${run}.project_id = ${lane}.project_id and ${run}.user_id = ${lane}.user_id`,
};

/** Every lane of a table, with its oldest run, found one after the other in an index alone: no run is read for it. */
const lanesOf = (name: string, { columns }: Lane, table: string, where: string) => `
${name} as (
  (select ${columns}, created_at from ${table} where ${where} order by ${columns}, created_at limit 1)
  union all
  select following.* from ${name} as before cross join lateral (
    select ${columns}, created_at from ${table}
    where ${where} and (${columns}) > (${columns.replaceAll(/\w+/g, 'before.$&')})
    order by ${columns}, created_at limit 1
  ) as following
)`;

/**
 * The oldest runs of a lane that may be claimed: without a concurrency key, and the next one of each key, which is looked
 * for only if there is a head at all.
 */
const freeOf = (lane: Lane, name: string) => `
select oldest.id, oldest.created_at from (
  select id, created_at, queue_until, machine_version from runs where ${free('runs')} and ${lane.same('runs', name)}
  order by created_at, id limit ${WINDOW}
) as oldest where ${claimable('oldest')}`;
/** Of each key the first that may be claimed, for its head may be one whose cancel is recorded and that has not ended yet. */
const headsOf = (lane: Lane, name: string) => `
select next_of_key.id, next_of_key.created_at from (
  select project_id, concurrency_key, user_id, created_at, run_id from key_heads where ${lane.same('key_heads', name)}
  order by created_at, run_id limit ${WINDOW}
) as head cross join lateral (
  select * from (
    select id, created_at, queue_until, machine_version, user_id, project_id, concurrency_key from runs
    where ${queued('runs')} and runs.concurrency_key is not null
      and runs.project_id = head.project_id and runs.concurrency_key = head.concurrency_key
    order by created_at, id limit ${WINDOW}
  ) as oldest where ${claimable('oldest')} and oldest.user_id = head.user_id order by created_at, id limit 1
) as next_of_key
where not ${keyIsHeld('next_of_key')} and exists (select from head_lane)`;

/** The same of both kinds, in the order they came. */
const oldestOf = (lane: Lane, name: string) => `
select * from (
  select * from (${freeOf(lane, name)} order by oldest.created_at, oldest.id limit ${CANDIDATES + 1}) as free
  union all
  select * from (${headsOf(lane, name)} order by head.created_at, head.run_id limit ${CANDIDATES + 1}) as head
) as own order by created_at, id`;
/** In which order the lanes are served. */
const TURNS = 'coalesce(held_by_user.runs, 0), last.claimed_at nulls first, lane.since, lane.user_id';

/**
 * SQL: the common table expressions that choose the run to be claimed next, as `next (id)`, locked.
 *
 * Fair between users: each is given its first run before any is given its second, those on runners counted; among equals
 * comes first whose last claim is longest ago, then whose run has waited longest. So it is also of those that claim at the
 * same moment, where each passes over what the others have locked. A user's own runs go in the order they came. A run
 * whose concurrency key is held, and one whose user or project has as many runs on runners as it may, is passed over.
 *
 * It costs a few index look-ups for each lane (user, or user and project where projects are limited), however many runs
 * wait in it and however many are stored (I14): runs without a concurrency key are walked in an index of their own, and of
 * those with the same key only the next one is in `key_heads`.
 *
 * Its values: `oldestVersion` and `newestVersion` of the machine; `perUser` and `perProject`, the most runs of a user and
 * of a project, null is no limit; `without`, runs to be left out.
 */
const nextRun = (lane: Lane, isOpen: string) => `
${lanesOf('free_lane', lane, 'runs', free('runs'))},
${lanesOf('head_lane', lane, 'key_heads', 'true')},
held as materialized (select user_id, project_id from runs where ${held('runs')}),
held_by_user as (select user_id, count(*)::int as runs from held group by user_id),
full_project as (select project_id from held group by project_id having count(*) >= :perProject::int),
lane as (
  select ${lane.columns}, least(free_lane.created_at, head_lane.created_at) as since
  from free_lane full join head_lane using (${lane.columns})
),
turn as materialized (
  select waiting.*, first.id, first.created_at from (
    select lane.*, coalesce(held_by_user.runs, 0) as runs, last.claimed_at, row_number() over (order by ${TURNS}) as place
    from lane left join held_by_user using (user_id) left join lateral (
      select claimed_at from runs where user_id = lane.user_id and claimed_at is not null
      order by claimed_at desc limit 1
    ) as last on true
    where (:perUser::int is null or coalesce(held_by_user.runs, 0) < :perUser::int) and ${isOpen}
    order by ${TURNS}
  ) as waiting cross join lateral (${oldestOf(lane, 'waiting')} limit 1) as first
  order by waiting.runs, waiting.claimed_at nulls first, waiting.since, waiting.user_id limit ${CANDIDATES}
),
further as materialized (select ceil(${CANDIDATES}.0 / greatest(count(*), 1))::int - 1 as runs from turn),
candidate as (
  select id, place, runs + 1 as rank from turn
  union all
  select own.id, turn.place,
    turn.runs + 1 + row_number() over (partition by turn.place order by own.created_at, own.id) as rank
  from turn cross join lateral (
    ${oldestOf(lane, 'turn')} offset 1 limit (select runs from further)
  ) as own where (select runs from further) > 0
),
next as (
  select runs.id from (select * from candidate order by rank, place) as candidate join runs on runs.id = candidate.id
  where ${stillQueued('runs')}
  order by candidate.rank, candidate.place limit 1 for update of runs skip locked
)`;

export const NEXT_RUN = nextRun(OF_USER, 'true');
export const NEXT_RUN_OF_OPEN_PROJECT = nextRun(
  OF_PROJECT,
  'lane.project_id not in (select project_id from full_project)',
);
