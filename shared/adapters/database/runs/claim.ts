import { READ_VERSIONS } from '#shared/domain/run/context.ts';
import { UNOWNED } from '#shared/domain/run/states.ts';
import { lock } from '../advisory-locks.ts';
import { type Columns, columns } from '../columns.ts';
import type { RunEntity } from '../entities/runs.ts';
import { laneOf, NEXT_RUNS, NEXT_RUNS_OF_OPEN_PROJECTS } from '../queue/fair-choice.ts';
import { labelSetsOf } from '../queue/label-sets.ts';
import { isLimited, type RunLimits } from '../queue/limits.ts';
import type { Sql } from '../sql.ts';
import { TAKE_LEASE } from './leases.ts';
import { QUEUED_SINCE } from './park.ts';

const CLAIMED = [
  ...(['id', 'userId', 'projectId', 'createdAt', 'epoch', 'lastSeq', 'plan', 'snapshot'] as const),
  ...(['concurrencyKey', 'attempt', 'onRunnerLoss', 'traceparent'] as const),
  ...(['forkedFrom', 'forkedStep', 'pageState'] as const),
] as const;

export interface ClaimedRun extends Columns<typeof RunEntity, (typeof CLAIMED)[number]> {
  /** The database's time of this statement. */
  now: Date;
  /** Since when it has waited for a runner. */
  queuedSince: Date;
  /** How many orders of people it has. */
  orders: number;
  /** NATS has had all that is stored of it. */
  published: boolean;
  /** How long its lease still is, ms. */
  leaseLeft: number;
}

/** The offset has it looked up for each run; else all of the table might be read to be joined. */
const COLUMNS = `${columns<typeof RunEntity>(CLAIMED, 'runs')}, clock_timestamp() as now, ${QUEUED_SINCE} as "queuedSince", coalesce(jsonb_array_length(runs.orders), 0) as orders,
  not exists (select from unpublished where run_id = runs.id offset 0) as published`;

/** How often another runner may be faster with the same concurrency key before this one leaves it for now. */
const TRIES = 20;

export interface Claim {
  /** Its id, a UUID of the claimer's, under which it can be asked again. */
  claim: string;
  owner: string;
  leaseMs: number;
  /** How many runs it has room for. */
  most: number;
  /** Limits of runs on runners. */
  limits?: RunLimits;
  /** Labels of the runner, sorted: a run that asks for another one is left to others. */
  labels?: readonly string[];
  /** Runs that this owner must not have now, since its last actor of them is still closing (I2). */
  without?: string[];
}

export interface Claimed {
  runs: ClaimedRun[];
  /** There are runs, and none was had: others were just taking them, so some may be left the next moment. */
  contended: boolean;
  /** The monotonic time just before the statement that brought them. */
  asked: number;
  /** The id of the claim has taken effect, and brings no more. */
  isOver?: true;
}

/**
 * Takes the queued runs whose turn it is (`fair-choice.ts`), of machine versions that this process goes on with: all or none.
 * Never a run with a recorded cancel (I3). Limits hold across runners, so claims under them go one by one.
 */
export async function claimRuns(sql: Sql, wanted: Claim): Promise<Claimed> {
  const { claim: id, owner, leaseMs, most, limits = {}, labels = [], without = [] } = wanted;
  const values = {
    claim: id,
    owner,
    leaseMs,
    most,
    without,
    labelSets: labelSetsOf(labels),
    machineVersions: READ_VERSIONS,
    perUser: limits.perUser ?? null,
  };
  const { perProject } = limits;
  const claim = (within: Sql) =>
    perProject === undefined
      ? within.rows<Taken>(CLAIM, values)
      : within.rows<Taken>(CLAIM_OF_OPEN_PROJECTS, { ...values, perProject });
  const claimAlone = () =>
    sql.transaction(async (within) => {
      await lock(within, 'claim', '');
      return claim(within);
    });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const asked = performance.now();
    try {
      return claimedOf(await (isLimited(limits) ? claimAlone() : claim(sql)), asked);
    } catch (error) {
      if (!isKeyTaken(error)) throw error;
    }
  }
  return { runs: [], contended: true, asked: performance.now() };
}

/** One row without a run, if none was had; whether there are any is looked up only then. */
type Taken = (ClaimedRun | { id: null }) & { isOffered: boolean };

function claimedOf(taken: Taken[], asked: number): Claimed {
  const runs = taken.flatMap(({ isOffered: _, ...run }) => (run.id === null ? [] : [run]));
  return { runs, contended: runs.length === 0 && taken.some(({ isOffered }) => isOffered), asked };
}

/** Another runner has just claimed a run with the same concurrency key; by the next look that can be seen. */
const isKeyTaken = (error: unknown): boolean => refusedBy(error) === 'runs_one_of_key';

/** The constraint or index that refused a statement. */
const refusedBy = (error: unknown): unknown =>
  error instanceof Error && 'constraint' in error ? error.constraint : undefined;

/**
 * The user of a run moves back in its lanes, at least in those that fit the runner, or each would be a turn more. If several
 * claims of one user are on their way together, one is enough to say when it was.
 */
const MOVE_BACK = `
moved_back as (
  update turns set last_claimed_at = moment.at
  from moment, (select distinct "userId" as user_id from claimed) as own, lateral (
    (select runner_labels, machine_version from turns where user_id = own.user_id limit 32) union select * from fitting
  ) as lane, lateral (
    select from turns where user_id = own.user_id and ${laneOf('turns')} = ${laneOf('lane')} for no key update skip locked
  ) as locked
  where turns.user_id = own.user_id and ${laneOf('turns')} = ${laneOf('lane')}
)`;

/**
 * All of a batch at the same time, which is then when its users had their last claim. By an array, the runs are looked up:
 * to be joined to what might be hundreds, all of a small table would be read.
 */
const claimOf = (next: string) => `
with ${next},
moment as materialized (select clock_timestamp() as at),
claimed as (
  update runs set owner = :owner, epoch = epoch + 1, claimed_at = moment.at
  from moment where runs.id = any (array(select id from next))
  returning ${COLUMNS}
),${MOVE_BACK},${TAKE_LEASE}
select claimed.*, :leaseMs::float8 as "leaseLeft", case when claimed.id is null then exists (select from turn) else true end as "isOffered"
from (select) as always left join claimed on true order by "createdAt", id`;
const CLAIM = claimOf(NEXT_RUNS);
const CLAIM_OF_OPEN_PROJECTS = claimOf(NEXT_RUNS_OF_OPEN_PROJECTS);

/**
 * The same for a claim that may have taken effect without an answer: brings the runs that it took then, or takes some now,
 * if any are wanted. The index of claims refuses the second of two that are under way at once.
 */
export async function claimAgain(sql: Sql, wanted: Claim): Promise<Claimed> {
  const taken = async () => {
    const asked = performance.now();
    return { runs: await readClaim(sql, wanted), contended: false, asked };
  };
  const before = await taken();
  if (before.runs.length > 0 || wanted.most <= 0) return before;
  try {
    return await claimRuns(sql, wanted);
  } catch (error) {
    if (!isClaimedTwice(error)) throw error;
    const { runs, asked } = await taken();
    return { runs, asked, contended: runs.length === 0, isOver: true };
  }
}

const isClaimedTwice = (error: unknown): boolean => refusedBy(error) === 'leases_one_claim';

/** The runs that a claim has taken, but for those whose leases are over: a supervisor has them. */
const readClaim = (sql: Sql, { claim, owner }: Claim): Promise<ClaimedRun[]> =>
  sql.rows<ClaimedRun>(READ_CLAIM, { claim, owner });

/** Where a run stands that is claimed, until its owner has stored something. */
const CLAIMABLE = UNOWNED.map((state) => `'${state}'`).join(', ');

const READ_CLAIM = `
select ${COLUMNS}, extract(epoch from leases.until - clock_timestamp())::float8 * 1000 as "leaseLeft"
from leases join runs on runs.id = leases.run_id and runs.owner = leases.owner and runs.epoch = leases.epoch
where leases.claim = :claim::uuid and leases.owner = :owner and leases.until > clock_timestamp()
  and runs.status in ('running', 'cancelling') and runs.state in (${CLAIMABLE})
order by leases.claim_place`;
