/**
 * About how many runs are looked at where users have runs on runners already, or have fewer first runs than are wanted: as
 * many may be claimed at the same moment before one claim finds nothing.
 */
const CANDIDATES = 64;
/** How many users are walked for a first run; one after the other, until enough are found that no other claim has. */
const WALK = 512;
/** How many runs of a lane may be passed over, being out of time or of another machine version, until the sweep has been. */
const WINDOW = 64;

/** It has no owner; the same condition as in the index `runs_waiting_of_key`. */
const queued = (run: string) =>
  `${run}.status = 'running' and ${run}.owner is null and ${run}.cancel_requested_at is null`;
/** The condition of a run on a runner, in the words of the index `runs_one_of_key`. */
const held = (run: string) => `${run}.owner is not null and ${run}.status in ('running', 'cancelling')`;
/**
 * The same of a run that was found by its id: in words that fit no index, or one might be read as a whole for it, since
 * PostgreSQL has no idea how many wait.
 */
const stillQueued = (run: string) =>
  `${run}.status = 'running' and num_nonnulls(${run}.owner) = 0 and num_nonnulls(${run}.cancel_requested_at) = 0`;
/** Uses the words of the indexes `runs_free_of_labels` and `…_and_project`, and of no other: those would be walked past other users' runs. */
const free = (run: string) => `${stillQueued(run)} and num_nonnulls(${run}.concurrency_key) = 0`;
const claimable = (run: string) =>
  `${run}.queue_until > clock_timestamp() and ${run}.machine_version = :machineVersion and ${run}.id <> all (:without::uuid[])`;
/** The offset has it looked up for each run; else all the held ones might be read to be joined. */
export const keyIsHeld = (run: string) => `exists (
  select from runs as holder where holder.project_id = ${run}.project_id
    and holder.concurrency_key = ${run}.concurrency_key and ${held('holder')} offset 0)`;

/** SQL about the lanes of a user, for each set of labels that its runs ask for: one, or where projects are limited one for each project in which it waits. */
interface Lanes {
  /** What a lane is named by, of a row. */
  same(row: string, lane: string): string;
  /** The lanes of a user in a table, to be joined to it. */
  of(user: string, table: string, where: string): string;
}

const ONE_LANE: Lanes = {
  same: (row, lane) => `${row}.user_id = ${lane}.user_id and ${row}.runner_labels = ${lane}.runner_labels`,
  of: (user) => `(select ${user}.user_id, ${user}.runner_labels) as lane`,
};
/** Lanes of the projects that are not full, found one after the other in an index alone, so no run is read for a full one. */
const LANE_PER_PROJECT: Lanes = {
  same: (row, lane) => `${ONE_LANE.same(row, lane)} and ${row}.project_id = ${lane}.project_id`,
  of: (user, table, where) => `(
    with recursive own as (
      (select project_id from ${table} where ${where} and ${ONE_LANE.same(table, user)} order by project_id limit 1)
      union all
      select following.project_id from own as before cross join lateral (
        select project_id from ${table} where ${where} and ${ONE_LANE.same(table, user)} and project_id > before.project_id
        order by project_id limit 1
      ) as following
    )
    select ${user}.user_id, ${user}.runner_labels, own.project_id from own
    where own.project_id not in (select project_id from held_by_project where runs >= :perProject::int)
  ) as lane`,
};

const freeOf = (lanes: Lanes, user: string) => `
select oldest.id, oldest.project_id, oldest.created_at
from ${lanes.of(user, 'runs', free('runs'))} cross join lateral (
  select id, project_id, created_at, queue_until, machine_version from runs where ${free('runs')} and ${lanes.same('runs', 'lane')}
  order by created_at, id limit ${WINDOW}
) as oldest where ${claimable('oldest')}`;
/** The first run of each key that may be claimed: its head may be one whose cancel is recorded and that has not ended yet. */
const headsOf = (lanes: Lanes, user: string) => `
select next_of_key.id, next_of_key.project_id, next_of_key.created_at
from ${lanes.of(user, 'key_heads', 'true')} cross join lateral (
  select project_id, concurrency_key, user_id, created_at, run_id, runner_labels from key_heads where ${lanes.same('key_heads', 'lane')}
  order by created_at, run_id limit ${WINDOW}
) as head cross join lateral (
  select * from (
    select id, created_at, queue_until, machine_version, user_id, project_id, concurrency_key, runner_labels from runs
    where ${queued('runs')} and runs.concurrency_key is not null
      and runs.project_id = head.project_id and runs.concurrency_key = head.concurrency_key
    order by created_at, id limit ${WINDOW}
  ) as oldest where ${claimable('oldest')} and oldest.user_id = head.user_id order by created_at, id limit 1
) as next_of_key
where next_of_key.runner_labels = head.runner_labels and not ${keyIsHeld('next_of_key')}`;

/** The oldest runs of `user` that may be claimed: without a concurrency key, and the next one of each key. */
const oldestOf = (lanes: Lanes, user: string) => `
select * from (
  select * from (${freeOf(lanes, user)} order by oldest.created_at, oldest.id limit ${CANDIDATES + 1}) as free
  union all
  select * from (${headsOf(lanes, user)} order by head.created_at, head.run_id limit ${CANDIDATES + 1}) as head
) as own order by created_at, id`;

/** The order in which users with equally many runs on runners are served. */
const inTurn = (row: string) => `${row}.last_claimed_at nulls first, ${row}.since, ${row}.user_id`;

/** The sets of labels that fit the runner and that a run asks for: each is looked up in its index, whose order this is. */
const FITTING = `
fitting as materialized (
  select fits.labels from (select unnest(:labelSets::text[])::text[] as labels offset 0) as fits
  where (
    select user_id from turns where runner_labels = fits.labels order by ${inTurn('turns')} limit 1
  ) is not null
)`;

/**
 * The first run of each user without runs on runners, for each set of labels: found and locked one by one, in the order of
 * the index, so that no more are read and locked than are wanted. The oldest counts if a user has several.
 */
const firstRuns = (lanes: Lanes) => `
found as materialized (
  select own.* from fitting cross join lateral (
    select turn.*, taken.run_id from (
      select turns.user_id, turns.last_claimed_at, turns.since, first.id, first.created_at
      from turns cross join lateral (${oldestOf(lanes, 'turns')} limit 1) as first
      where turns.runner_labels = fitting.labels and turns.user_id not in (select user_id from held_by_user)
      order by ${inTurn('turns')} limit ${WALK}
    ) as turn cross join lateral (
      select runs.id as run_id from runs where runs.id = turn.id and ${stillQueued('runs')} for update skip locked
    ) as taken limit :most::int
  ) as own
),
first_run as materialized (
  select id from (select distinct on (user_id) * from found order by user_id, created_at, id) as own
  order by ${inTurn('own')} limit :most::int
)`;
/** Projects have to be counted within a batch: no run is taken before the others are known. */
const NO_FIRST_RUNS = 'first_run as materialized (select null::uuid as id where false)';

/**
 * The first users in turn, those with the fewest runs on runners first, each with its first run. How many have something
 * on runners is bounded by the runners, however many wait.
 */
const turn = (lanes: Lanes) => `
idle_turn as materialized (
  select own.* from fitting cross join lateral (
    select turns.*, 0 as runs, first.id, first.project_id, first.created_at
    from turns cross join lateral (${oldestOf(lanes, 'turns')} limit 1) as first
    where turns.runner_labels = fitting.labels and turns.user_id not in (select user_id from held_by_user)
    order by ${inTurn('turns')} limit ${CANDIDATES}
  ) as own order by ${inTurn('own')} limit ${CANDIDATES}
),
busy_turn as materialized (
  select busy.*, first.id, first.project_id, first.created_at from (
    select own.*, held_by_user.runs from held_by_user cross join lateral (
      select turns.* from fitting cross join lateral (
        select * from turns where user_id = held_by_user.user_id and runner_labels = fitting.labels offset 0
      ) as turns
    ) as own
    where (:perUser::int is null or held_by_user.runs < :perUser::int) order by runs, ${inTurn('own')}
  ) as busy cross join lateral (${oldestOf(lanes, 'busy')} limit 1) as first
  order by busy.runs, ${inTurn('busy')} limit ${CANDIDATES} - (select count(*) from idle_turn)
),
turn as materialized (
  select either.*, row_number() over (order by runs, ${inTurn('either')}) as place
  from (select * from idle_turn union all select * from busy_turn) as either
),
further as materialized (select ceil(${CANDIDATES}.0 / greatest(count(*), 1))::int - 1 as runs from turn),
offered as (
  select id, project_id, created_at, user_id, place, runs from turn
  union all
  select own.id, own.project_id, own.created_at, turn.user_id, turn.place, turn.runs
  from turn cross join lateral (
    ${oldestOf(lanes, 'turn')} offset 1 limit (select runs from further)
  ) as own where (select runs from further) > 0
),
candidate as (
  select id, project_id, place, runs + row_number() over (partition by user_id order by created_at, id) as rank from offered
)`;

/** Common table expressions, after `held`: how many runs of each are on runners. */
export const HELD_BY_USER = `held_by_user as materialized (select user_id, count(*)::int as runs from held group by user_id)`;
export const HELD_BY_PROJECT = `
held_by_project as materialized (select project_id, count(*)::int as runs from held group by project_id),`;
export const HELD = `held as materialized (select of_user as user_id, of_project as project_id from leases)`;
const onRunners = (isProjectLimited: boolean) =>
  `${HELD},${HELD_BY_USER},${isProjectLimited ? HELD_BY_PROJECT : ''}`;
const WITHIN_USER = 'select * from candidate where (:perUser::int is null or rank <= :perUser::int)';
const WITHIN_PROJECT = `
select id, place, rank from (
  select own.*, coalesce(held_by_project.runs, 0)
    + row_number() over (partition by project_id order by own.rank, own.place) as rank_in_project
  from (${WITHIN_USER}) as own left join held_by_project using (project_id)
) as counted where rank_in_project <= :perProject::int`;

/**
 * SQL: chooses and locks the runs to be claimed next, as `next (id)`. Fair between users (docs/decisions/queue.md): each
 * gets its first run before any gets its second. A few index look-ups for each run, whatever waits (I14).
 */
// Values: most; labelSets, all that fit the runner; machineVersion; perUser, the most runs of a user (null: no limit);
// perProject, the same of a project, if projects are limited; without, runs to be left out.
const nextRuns = (lanes: Lanes, isProjectLimited: boolean) => `
${onRunners(isProjectLimited)}
${FITTING},
${isProjectLimited ? NO_FIRST_RUNS : firstRuns(lanes)},
${turn(lanes)},
other_run as materialized (
  select runs.id from (
    select * from (${isProjectLimited ? WITHIN_PROJECT : WITHIN_USER}) as allowed
    where id not in (select id from first_run) order by rank, place
  ) as candidate join runs on runs.id = candidate.id
  where ${stillQueued('runs')}
  order by candidate.rank, candidate.place limit :most::int - (select count(*) from first_run)
  for update of runs skip locked
),
next as (select id from first_run union all select id from other_run)`;

export const NEXT_RUNS = nextRuns(ONE_LANE, false);
export const NEXT_RUNS_OF_OPEN_PROJECTS = nextRuns(LANE_PER_PROJECT, true);

/** The longest wait among the runs of the users that are next, ms; 0 without one. Its values are those of claims without `most`. */
const oldestNext = (lanes: Lanes, isProjectLimited: boolean) => `
with ${onRunners(isProjectLimited)}
${FITTING},
${turn(lanes)}
select coalesce(extract(epoch from clock_timestamp() - min(created_at))::float8 * 1000, 0) as ms from turn`;

export const OLDEST_NEXT = oldestNext(ONE_LANE, false);
export const OLDEST_NEXT_OF_OPEN_PROJECTS = oldestNext(LANE_PER_PROJECT, true);
