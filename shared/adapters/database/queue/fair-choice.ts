import { QUEUED_SINCE } from '../runs/park.ts';

/**
 * About how many runs are looked at where users have runs on runners already, or have fewer first runs than are wanted: as
 * many may be claimed at the same moment before one claim finds nothing.
 */
const CANDIDATES = 64;
/** How many users are walked for a first run; one after the other, until enough are found that no other claim has. */
const WALK = 512;
/** How many runs of a queue may be passed over, being out of time, until the sweep has been. */
const WINDOW = 64;

/** It has no owner; the same condition as in the index `runs_waiting_of_key`. */
export const queued = (run: string) =>
  `${run}.status = 'running' and ${run}.owner is null and ${run}.cancel_requested_at is null and ${run}.parked_until is null`;
/** The condition of a run that is under way, in the words of the index `runs_one_of_key`. */
const held = (run: string) =>
  `(${run}.owner is not null or ${run}.parked_until is not null) and ${run}.status in ('running', 'cancelling')`;
/**
 * The same of a run that was found by its id: in words that fit no index, or one might be read as a whole for it, since
 * PostgreSQL has no idea how many wait.
 */
const stillQueued = (run: string) =>
  `${run}.status = 'running' and num_nonnulls(${run}.owner) = 0 and num_nonnulls(${run}.cancel_requested_at) = 0 and num_nonnulls(${run}.parked_until) = 0`;
/** Uses the words of the indexes `runs_free_in_lane` and `…_of_project`, and of no other: those would be walked past other users' runs. */
export const free = (run: string) => `${stillQueued(run)} and num_nonnulls(${run}.concurrency_key) = 0`;
const claimable = (run: string) =>
  `${run}.queue_until > clock_timestamp() and ${run}.id <> all (:without::uuid[])`;
/** The offset has it looked up for each run; else all the held ones might be read to be joined. */
export const keyIsHeld = (run: string) => `exists (
  select from runs as holder where holder.project_id = ${run}.project_id
    and holder.concurrency_key = ${run}.concurrency_key and ${held('holder')} offset 0)`;

/** The lane in which the run of a row waits. */
export const laneOf = (row: string) => `(${row}.runner_labels, ${row}.machine_version)`;

/** SQL about what a user has waiting in a lane: one queue, or where projects are limited one for each project. */
interface Queues {
  /** Whether the run of a row is in a queue. */
  same(row: string, queue: string): string;
  /** The queues of a turn in a table, to be joined to it. */
  of(turn: string, table: string, where: string): string;
}

const ONE_QUEUE: Queues = {
  same: (row, queue) => `${row}.user_id = ${queue}.user_id and ${laneOf(row)} = ${laneOf(queue)}`,
  of: (turn) => `(select ${turn}.user_id, ${turn}.runner_labels, ${turn}.machine_version) as queue`,
};
/** Queues of the projects that are not full, found one after the other in an index alone, so no run is read for a full one. */
const QUEUE_PER_PROJECT: Queues = {
  same: (row, queue) => `${ONE_QUEUE.same(row, queue)} and ${row}.project_id = ${queue}.project_id`,
  of: (turn, table, where) => `(
    with recursive own as (
      (select project_id from ${table} where ${where} and ${ONE_QUEUE.same(table, turn)} order by project_id limit 1)
      union all
      select following.project_id from own as before cross join lateral (
        select project_id from ${table} where ${where} and ${ONE_QUEUE.same(table, turn)} and project_id > before.project_id
        order by project_id limit 1
      ) as following
    )
    select ${turn}.user_id, ${turn}.runner_labels, ${turn}.machine_version, own.project_id from own
    where own.project_id not in (select project_id from held_by_project where runs >= :perProject::int)
  ) as queue`,
};

const freeOf = (queues: Queues, turn: string) => `
select oldest.id, oldest.project_id, oldest.created_at
from ${queues.of(turn, 'runs', free('runs'))} cross join lateral (
  select id, project_id, created_at, queue_until from runs where ${free('runs')} and ${queues.same('runs', 'queue')}
  order by created_at, id limit ${WINDOW}
) as oldest where ${claimable('oldest')}`;
/**
 * The first run of each key that may be claimed: its head may be one whose cancel is recorded and that has not ended yet. If
 * the next is another user's, or in another lane, it waits for that end.
 */
const headsOf = (queues: Queues, turn: string) => `
select next_of_key.id, next_of_key.project_id, next_of_key.created_at
from ${queues.of(turn, 'key_heads', 'true')} cross join lateral (
  select * from key_heads where ${queues.same('key_heads', 'queue')}
  order by created_at, run_id limit ${WINDOW}
) as head cross join lateral (
  select * from (
    select id, created_at, queue_until, user_id, project_id, concurrency_key, runner_labels, machine_version from runs
    where ${queued('runs')} and runs.concurrency_key is not null
      and runs.project_id = head.project_id and runs.concurrency_key = head.concurrency_key
    order by created_at, id limit ${WINDOW}
  ) as oldest where ${claimable('oldest')} order by created_at, id limit 1
) as next_of_key
where ${ONE_QUEUE.same('next_of_key', 'head')} and not ${keyIsHeld('next_of_key')}`;

/** The oldest runs of a turn that may be claimed: without a concurrency key, and the next one of each key. */
const oldestOf = (queues: Queues, turn: string) => `
select * from (
  select * from (${freeOf(queues, turn)} order by oldest.created_at, oldest.id limit ${CANDIDATES + 1}) as free
  union all
  select * from (${headsOf(queues, turn)} order by head.created_at, head.run_id limit ${CANDIDATES + 1}) as head
) as own order by created_at, id`;

/** The order in which users with equally many runs on runners are served. */
const inTurn = (row: string) => `${row}.last_claimed_at nulls first, ${row}.since, ${row}.user_id`;

/** The lanes that fit the runner and in which a user has a turn: each is looked up in its index, whose order this is. */
const FITTING = `
fitting as materialized (
  select * from (
    select labels::text[] as runner_labels, machine_version
    from unnest(:labelSets::text[]) as labels, unnest(:machineVersions::int[]) as machine_version offset 0
  ) as lane where (
    select user_id from turns where ${laneOf('turns')} = ${laneOf('lane')} order by ${inTurn('turns')} limit 1
  ) is not null
)`;

/**
 * The first run of each user without runs on runners, for each lane: found and locked one by one, in the order of
 * the index, so that no more are read and locked than are wanted. The oldest counts of a user with several lanes.
 */
const firstRuns = (queues: Queues) => `
found as materialized (
  select own.* from fitting cross join lateral (
    select turn.*, taken.run_id from (
      select turns.user_id, turns.last_claimed_at, turns.since, first.id, first.created_at
      from turns cross join lateral (${oldestOf(queues, 'turns')} limit 1) as first
      where ${laneOf('turns')} = ${laneOf('fitting')} and turns.user_id not in (select user_id from held_by_user)
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
const turn = (queues: Queues) => `
idle_turn as materialized (
  select own.* from fitting cross join lateral (
    select turns.*, 0 as runs, first.id, first.project_id, first.created_at
    from turns cross join lateral (${oldestOf(queues, 'turns')} limit 1) as first
    where ${laneOf('turns')} = ${laneOf('fitting')} and turns.user_id not in (select user_id from held_by_user)
    order by ${inTurn('turns')} limit ${CANDIDATES}
  ) as own order by ${inTurn('own')} limit ${CANDIDATES}
),
busy_turn as materialized (
  select busy.*, first.id, first.project_id, first.created_at from (
    select own.*, held_by_user.runs from held_by_user cross join lateral (
      select turns.* from fitting cross join lateral (
        select * from turns where user_id = held_by_user.user_id and ${laneOf('turns')} = ${laneOf('fitting')} offset 0
      ) as turns
    ) as own
    where (:perUser::int is null or held_by_user.runs < :perUser::int) order by runs, ${inTurn('own')}
  ) as busy cross join lateral (${oldestOf(queues, 'busy')} limit 1) as first
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
    ${oldestOf(queues, 'turn')} offset 1 limit (select runs from further)
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
// Values: most; labelSets, all that fit the runner; machineVersions, those that it goes on with; perUser, the most runs of
// a user (null: no limit); perProject, the same of a project, if projects are limited; without, runs to be left out.
const nextRuns = (queues: Queues, isProjectLimited: boolean) => `
${onRunners(isProjectLimited)}
${FITTING},
${isProjectLimited ? NO_FIRST_RUNS : firstRuns(queues)},
${turn(queues)},
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

export const NEXT_RUNS = nextRuns(ONE_QUEUE, false);
export const NEXT_RUNS_OF_OPEN_PROJECTS = nextRuns(QUEUE_PER_PROJECT, true);

/**
 * The longest wait among the runs that claims would take next, ms; 0 without one. Its values are those of claims without
 * `most`. One that was parked comes first, though it waits since its answer, so the first of a user alone would not tell.
 */
const oldestNext = (queues: Queues, isProjectLimited: boolean) => `
with ${onRunners(isProjectLimited)}
${FITTING},
${turn(queues)}
select coalesce(extract(epoch from clock_timestamp() - min(
  (select ${QUEUED_SINCE} from runs where runs.id = allowed.id)))::float8 * 1000, 0) as ms
from (${isProjectLimited ? WITHIN_PROJECT : WITHIN_USER}) as allowed`;

export const OLDEST_NEXT = oldestNext(ONE_QUEUE, false);
export const OLDEST_NEXT_OF_OPEN_PROJECTS = oldestNext(QUEUE_PER_PROJECT, true);
