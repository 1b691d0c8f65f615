import type { Payload } from '#shared/domain/events/events.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import { MAY_AWAIT_PERSON, UNBEGUN } from '#shared/domain/run/states.ts';
import { type Columns, columns } from '../columns.ts';
import type { RunEntity } from '../entities/runs.ts';
import { toJsonb } from '../json.ts';
import { UNPARK } from '../orders/orders.ts';
import { OWNER_SESSION_GONE, OWNERS_WITH_SESSION } from '../processes/session.ts';
import type { Sql } from '../sql.ts';
import { CANCEL_COLUMNS, type CancelColumns, type RecordedCancel, recordedCancel } from './cancel-columns.ts';
import { endWithoutMachine, type MachinelessRow, storeMachinelessEnd } from './end-without-machine.ts';
import { JOIN_LEASE, JUDGE_LEASE, LEASE_OVER } from './leases.ts';
import { IS_KEPT, PARKED_COLUMNS, parkedValues } from './park.ts';
import { NOT_RETURNED, RETURNED_UNTIL } from './return.ts';
import { type Stored, storeTransition, type Transition, transitionStatement } from './transition.ts';

/** When the supervisor may take a claimed run from its owner. Used to find such runs, and again in the write itself. */
export interface StaleRules {
  /** How long a recorded cancel may take, ms: heartbeat + grace + lease. */
  overdueMs: number;
  /** Whether the end of the owner's session counts: only on a cancel, and only after its owner did not answer. */
  byCancel: boolean;
}

const stale = (byCancel: string) => `runs.owner is not null and (
  ${LEASE_OVER}
  or runs.cancel_requested_at < clock_timestamp() - :overdueMs::float8 * interval '1 ms'
  or (${byCancel}::boolean and runs.cancel_requested_at is not null and ${OWNER_SESSION_GONE}))`;

const FINALISE_STALE = transitionStatement(
  `${stale(':byCancel')} and runs.cancel_by is not distinct from :seenSource
   and runs.cancel_reason is not distinct from :seenReason`,
  1,
  '',
  JUDGE_LEASE,
);
const CANCEL_QUEUED = transitionStatement(
  `runs.owner is null and runs.status = 'running' and runs.cancel_requested_at is not null`,
  1,
);
const sqlList = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(', ');
/** A run that was parked has begun: it is parked again, or ends. */
const UNRETURNED = `(${NOT_RETURNED} and runs.snapshot #> '{machine,context,parked}' is null)`;
/** Nothing of its flow has begun, and it has not been back before; or it asked for its one restart. */
export const IS_REQUEUED = {
  unbegun: `runs.state in (${sqlList(UNBEGUN)})`,
  unreturned: UNRETURNED,
  askedFor: `runs.on_runner_loss = 'requeue'`,
  once: 'runs.attempt = 1',
} as const;
/** Back into the queue, without an owner. Which of the two it is, its machine has said: a restart waits as if it were new. */
const REQUEUE_STALE = transitionStatement(
  `${stale('false')} and runs.status = 'running' and runs.cancel_requested_at is null
   and (${IS_REQUEUED.unbegun} and ${IS_REQUEUED.unreturned} or ${IS_REQUEUED.askedFor} and ${IS_REQUEUED.once})`,
  1,
  `, attempt = :attempt, owner = null,
   queue_until = case when :attempt::int = runs.attempt then ${RETURNED_UNTIL}
     else moment.at + runs.queue_timeout_ms * interval '1 ms' end`,
  JUDGE_LEASE,
);
const EXPIRE_QUEUED = transitionStatement(
  `runs.owner is null and runs.status = 'running' and runs.cancel_requested_at is null
   and runs.parked_until is null and runs.queue_until < clock_timestamp()`,
  1,
);
/** A question or a pause may be open in its state. */
export const MAY_WAIT = `runs.state in (${sqlList(MAY_AWAIT_PERSON)})`;
/** It waits for a person, and what it needs to go on elsewhere is kept. */
const PARK_STALE = transitionStatement(
  `${stale('false')} and runs.status = 'running' and runs.cancel_requested_at is null and ${MAY_WAIT} and ${IS_KEPT}`,
  1,
  PARKED_COLUMNS,
  JUDGE_LEASE,
);
const PARKED_OVER = `runs.owner is null and runs.status = 'running' and runs.cancel_requested_at is null
   and runs.parked_until < clock_timestamp()`;
const EXPIRE_PARKED = transitionStatement(PARKED_OVER, 1);
const UNPARK_OVER = `
update runs set ${UNPARK} where id = :runId and epoch = :epoch and last_seq = :lastSeq and ${PARKED_OVER} returning 1`;

/** Ends a run without a live actor. Refused if the run moved on since it was loaded, its cancel included. */
export const finaliseStale = (
  sql: Sql,
  transition: Transition,
  rules: StaleRules,
  seen: RecordedCancel | undefined,
) =>
  storeTransition(sql, FINALISE_STALE, transition, {
    overdueMs: rules.overdueMs,
    byCancel: rules.byCancel,
    seenSource: seen?.source ?? null,
    seenReason: seen?.reason ?? null,
  });

/** Requeues a run whose owner is lost. Refused if a cancel was recorded meanwhile (I3), or if it may not be requeued again. */
export const requeueStale = (
  sql: Sql,
  transition: Transition,
  rules: StaleRules,
): Promise<Stored | undefined> =>
  storeTransition(sql, REQUEUE_STALE, transition, {
    overdueMs: rules.overdueMs,
    attempt: transition.snapshot.context.attempt,
  });

/** Parks a run whose owner is lost while it waits for a person. Refused if a cancel was recorded meanwhile (I3). */
export const parkStale = (sql: Sql, transition: Transition, rules: StaleRules): Promise<Stored | undefined> =>
  storeTransition(sql, PARK_STALE, transition, {
    overdueMs: rules.overdueMs,
    ...parkedValues(transition.snapshot),
  });

/** Ends a parked run whose person's time is over. */
export const expireParked = (sql: Sql, transition: Transition): Promise<Stored | undefined> =>
  storeTransition(sql, EXPIRE_PARKED, transition);

/** Queues a parked run to go on without an answer, since its time for one is over. False: the run has changed meanwhile. */
export const unparkOver = async (
  sql: Sql,
  { runId, epoch, lastSeq }: Pick<Transition, 'runId' | 'epoch' | 'lastSeq'>,
): Promise<boolean> => (await sql.row(UNPARK_OVER, { runId, epoch, lastSeq })) !== undefined;

/** Ends a queued run, or a parked one, whose cancel is recorded. */
export const cancelQueued = (sql: Sql, transition: Transition): Promise<Stored | undefined> =>
  storeTransition(sql, CANCEL_QUEUED, transition);

/** Ends a queued run that no runner took in time. */
export const expireQueued = (sql: Sql, transition: Transition): Promise<Stored | undefined> =>
  storeTransition(sql, EXPIRE_QUEUED, transition);

/** A run as the supervisor loads it, with everything its decision depends on. */
export interface SupervisedRun extends Columns<typeof RunEntity, (typeof SUPERVISED)[number]> {
  /** When its owner last renewed its lease. */
  heartbeatAt: Date | null;
  leaseOver: boolean;
  overdue: boolean;
  sessionGone: boolean;
  /** Its owner has reported that it closed the browser of this attempt. */
  browserClosed: boolean;
  /** It has been back in the queue since nothing of it had begun, or was parked: neither is free again. */
  returned: boolean;
  queueOver: boolean;
  /** It is parked, and the time of the person is over: it ends, or goes on if its question says so. */
  parkEnd: 'expireParked' | 'unpark' | null;
  /** What it needs to go on elsewhere is kept, as of the step that it stands at. */
  isKept: boolean;
  now: Date;
  cancel: RecordedCancel | undefined;
}

const SUPERVISED = [
  ...(['id', 'userId', 'projectId', 'status', 'owner', 'epoch', 'lastSeq', 'snapshot', 'stale'] as const),
  ...(['state', 'onRunnerLoss', 'attempt', 'traceparent', 'claimedAt'] as const),
] as const;

export const readSupervisedRun = async (
  sql: Sql,
  runId: string,
  rules: StaleRules,
): Promise<SupervisedRun | undefined> => (await readSupervisedRuns(sql, [runId], rules))[0];

/** Those of these that there are, all of one moment. */
export async function readSupervisedRuns(
  sql: Sql,
  runIds: string[],
  rules: StaleRules,
): Promise<SupervisedRun[]> {
  const rows = await sql.rows<Omit<SupervisedRun, 'cancel'> & CancelColumns>(READ_SUPERVISED, {
    runIds,
    overdueMs: rules.overdueMs,
  });
  return rows.map((row) => ({ ...row, cancel: recordedCancel(row) }));
}

/** SQL: the machine's word of its open question. */
const GOES_ON = `coalesce((snapshot #> array['machine', 'context', 'questions', snapshot #>> '{machine,context,done}', 'goesOn']) = 'true'
  and snapshot #> '{machine,context,pause}' is null, false)`;

const READ_SUPERVISED = `
select ${columns<typeof RunEntity>(SUPERVISED, 'runs')}, leases.renewed_at as "heartbeatAt",
  coalesce(leases.until < clock_timestamp(), false) as "leaseOver",
  coalesce(cancel_requested_at < clock_timestamp() - :overdueMs::float8 * interval '1 ms', false) as overdue,
  runs.owner is not null and not (runs.owner = any (${OWNERS_WITH_SESSION})) as "sessionGone",
  exists (select from late_results as late where late.run_id = runs.id and late.epoch = runs.epoch
    and late.owner = runs.owner and late.browser_closed) as "browserClosed",
  not ${UNRETURNED} as returned, parked_until is null and queue_until < clock_timestamp() as "queueOver",
  case when parked_until < clock_timestamp() then case when ${GOES_ON} then 'unpark' else 'expireParked' end end as "parkEnd",
  ${IS_KEPT} as "isKept",
  clock_timestamp() as now, ${CANCEL_COLUMNS}
from runs ${JOIN_LEASE} where runs.id = any (:runIds::uuid[])`;

/** What a sweep looks for. Each has a statement, and so a failure, of its own (I14). */
export const SWEEPS = [
  'lease over',
  'cancel overdue',
  'cancelled in the queue',
  'queue time over',
  'parked time over',
] as const;
export type SweepKind = (typeof SWEEPS)[number];

/** Ids of runs that a sweep has to look at, the longest due first; without those to be left out. */
export async function findSweepable(
  sql: Sql,
  kind: SweepKind,
  { overdueMs }: Pick<StaleRules, 'overdueMs'>,
  limit: number,
  leftOut: string[] = [],
): Promise<string[]> {
  const values = { limit, leftOut, ...(kind === 'cancel overdue' && { overdueMs }) };
  const rows = await sql.rows<{ id: string }>(`${FIND[kind]} limit :limit`, values);
  return rows.map((row) => row.id);
}

/** The time stands in a subquery: only so is it one time, by which an index can be read. */
const NOW = '(select clock_timestamp())';
/**
 * Whether there is an owner is asked in words that fit no index but that of recorded cancels. The indexes of what is claimed
 * and of what waits may be small when a statement is planned, and then be read as a whole when they no longer are.
 */
const CANCELLED_CLAIMED = `status in ('running', 'cancelling') and num_nonnulls(owner) = 1`;
const CANCELLED_UNCLAIMED = `status = 'running' and num_nonnulls(owner) = 0`;
const LEFT_OUT = 'id <> all (:leftOut::uuid[])';
const FROM_RUNS = 'select id from runs where';
const FIND: Record<SweepKind, string> = {
  'lease over': `select id from leases join runs on id = run_id and runs.epoch = leases.epoch
    where until < ${NOW} and status in ('running', 'cancelling') and ${LEFT_OUT} order by until`,
  'cancel overdue': `${FROM_RUNS} ${CANCELLED_CLAIMED} and cancel_requested_at < (select clock_timestamp() - :overdueMs::float8 * interval '1 ms')
    and ${LEFT_OUT} order by cancel_requested_at`,
  'cancelled in the queue': `${FROM_RUNS} ${CANCELLED_UNCLAIMED} and cancel_requested_at is not null and ${LEFT_OUT} order by cancel_requested_at`,
  'queue time over': `${FROM_RUNS} status = 'running' and owner is null and parked_until is null and queue_until < ${NOW}
    and ${LEFT_OUT} order by queue_until`,
  'parked time over': `${FROM_RUNS} status = 'running' and parked_until is not null and parked_until < ${NOW} and ${LEFT_OUT} order by parked_until`,
};

/** Where a run's machine cannot be read, or its end not be stored, SQL alone ends it, and the verdict says so. */
export function finaliseBySql(sql: Sql, run: SupervisedRun, rules: StaleRules, end: EndBySql) {
  const values = {
    runId: run.id,
    epoch: run.epoch,
    lastSeq: run.lastSeq,
    overdueMs: rules.overdueMs,
    byCancel: rules.byCancel,
    seenSource: run.cancel?.source ?? null,
    error: end.error,
    cancelled: end.cancelled,
    verdict: toJsonb(end.verdict),
  };
  const ofEvents = { payload: toJsonb(end.payload), why: end.loss };
  return storeMachinelessEnd(FINALISE_BY_SQL, (statement, isWhole) =>
    sql.row<MachinelessRow>(statement, isWhole ? { ...values, ...ofEvents } : values),
  );
}

export interface EndBySql {
  payload: Payload<'run_end'>;
  verdict: StaleReason;
  error: string;
  /** Why its open steps were interrupted. */
  loss: string;
  cancelled: boolean;
}

const FINALISE_BY_SQL = endWithoutMachine({
  set: `cancelled = :cancelled, stale = runs.owner is not null, error = :error, stop_reason = 'stale', verdict = :verdict::jsonb`,
  guard: `runs.epoch = :epoch and runs.last_seq = :lastSeq and runs.cancel_by is not distinct from :seenSource and ((${stale(':byCancel')})
    or (runs.owner is null and (runs.cancel_requested_at is not null or coalesce(runs.parked_until, runs.queue_until) < clock_timestamp())))`,
  before: JUDGE_LEASE,
  payload: ':payload::json',
  why: ':why::text',
});
