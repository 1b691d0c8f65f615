/*
 * Pauses of a run, and how it goes on after them, among its orders. What was recorded first counts, whichever gateway it comes
 * to.
 */
import type { RunContext } from '#shared/domain/run/context.ts';
import type { OwnedBy } from '../owned-run.ts';
import type { Sql, Statements } from '../sql.ts';
import {
  addOrder,
  CAN_GO_ON,
  isPaused,
  MOST_ORDERS,
  MOST_WITH_PAUSES,
  QUEUED_FOR,
  type StoredPause,
  type StoredResume,
  UNPARK,
} from './orders.ts';

type New<Stored extends { at: string }> = Omit<Stored, 'at' | 'order' | 'kind' | 'attempt'>;

/** What became of an order. `isPaused`: it is that already. */
export interface PauseOutcome {
  taken: boolean;
  epoch: number;
  isPaused: boolean;
  /** Too many orders of it were taken. */
  isFull: boolean;
}

/** Undefined: there is no such run. Not taken: it is over or being stopped. */
export const recordPause = (
  sql: Sql,
  runId: string,
  pause: New<StoredPause>,
): Promise<PauseOutcome | undefined> =>
  sql.row<PauseOutcome>(RECORD_PAUSE, { runId, order: JSON.stringify({ kind: 'pause', ...pause }) });

const PAUSED = isPaused('run');
const GOES_ON = `run.status = 'running' and run.cancel_requested_at is null`;
const isFull = (most: number): string => `coalesce(jsonb_array_length(run.orders), 0) >= ${most}`;

const ORDER = `:order::jsonb || jsonb_build_object('attempt', run.attempt)`;

/** A run as far as a person may let it go on. */
export interface OpenPause {
  /** What its machine knows; null: it is not paused. */
  context: Pick<RunContext, 'done' | 'stepTimeouts' | 'pause' | 'pauses'> | null;
  /** Who has let its last pause go on, and when. */
  first: PauseEnd | null;
}

interface PauseEnd {
  userId: string;
  email: string | null;
  at: string;
}

export const readPause = (sql: Sql, runId: string): Promise<OpenPause | undefined> =>
  sql.row<OpenPause>(READ_PAUSE, { runId });

/** SQL: which of its pauses a row `run` is in, or was in last. */
const PAUSE = `(run.snapshot #>> '{machine,context,pauses}')::int`;

/** SQL: who has let that go on. */
const FIRST = `(
  select json_build_object('userId', one ->> 'userId', 'at', one ->> 'at',
    'email', (select email from users where users.id = (one ->> 'userId')::uuid))
  from jsonb_array_elements(run.orders) as one
  where one ->> 'kind' = 'resume' and (one ->> 'attempt')::int = run.attempt and (one ->> 'pause')::int = ${PAUSE} limit 1
)`;

/** SQL: whether the pause of a row is over, which its owner may not have heard yet. */
const isOver = (row: string): string => `coalesce(${row}.orders @> jsonb_build_array(jsonb_build_object(
  'kind', 'resume', 'attempt', ${row}.attempt, 'pause', (${row}.snapshot #>> '{machine,context,pauses}')::int)), false)`;

/** SQL: the same of `runs`. */
export const IS_RESUMED = isOver('runs');

/** SQL: a row `run` is paused, and nobody has let it go on. */
const IS_PAUSED = `(${PAUSED} and not ${isOver('run')})`;

const RECORD_PAUSE = `
with run as materialized (select * from runs where id = :runId for no key update),
taken as (
  update runs set ${addOrder(ORDER)} from run
  where runs.id = run.id and ${GOES_ON} and not ${IS_PAUSED} and not ${isFull(MOST_WITH_PAUSES)}
  returning runs.id
)
select exists (select from taken) as taken, run.epoch, ${GOES_ON} and ${IS_PAUSED} as "isPaused",
  ${GOES_ON} and ${isFull(MOST_WITH_PAUSES)} as "isFull"
from run`;

const READ_PAUSE = `
select case when ${GOES_ON} and ${PAUSED} then run.snapshot #> '{machine,context}' end as context, ${FIRST} as first
from runs as run where id = :runId`;

/** The flow of a run for its owner alone, whose steps a person has edited; undefined if that has lost it. */
export const readOwnPlan = async (sql: Statements, owned: OwnedBy): Promise<unknown> =>
  (
    await sql.row<{ plan: unknown }>(
      'select plan from runs where id = :runId and owner = :owner and epoch = :epoch',
      { ...owned },
    )
  )?.plan;

export interface ResumeOutcome {
  taken: boolean;
  epoch: number;
  /** It was parked, and waits for a runner with these labels now. */
  queuedFor: string[] | null;
  isFull: boolean;
  first: PauseEnd | null;
}

/**
 * `plan`: the flow with other steps. Undefined: there is no such run. Not taken: it is not in that pause, or another person was
 * faster: `first`.
 */
export const recordResume = (
  sql: Sql,
  runId: string,
  { plan, ...resume }: New<StoredResume> & { plan?: unknown },
): Promise<ResumeOutcome | undefined> =>
  sql.row<ResumeOutcome>(RECORD_RESUME, {
    runId,
    pause: resume.pause,
    plan: plan === undefined ? null : JSON.stringify(plan),
    order: JSON.stringify({ kind: 'resume', ...resume }),
  });

const UNTIL = `to_timestamp((run.snapshot #>> '{machine,context,pause,until}')::float8 / 1000)`;

const RECORD_RESUME = `
with run as materialized (select * from runs where id = :runId for no key update),
taken as (
  update runs set ${addOrder(ORDER)}, ${UNPARK}, plan = coalesce(:plan::json, runs.plan) from run
  where runs.id = run.id and ${GOES_ON} and ${PAUSED} and ${PAUSE} = :pause::int
    and ${CAN_GO_ON} and ${UNTIL} > clock_timestamp() and not ${isOver('run')} and not ${isFull(MOST_ORDERS)}
  returning runs.id
)
select exists (select from taken) as taken, run.epoch, ${QUEUED_FOR},
  ${FIRST} as first, ${isFull(MOST_ORDERS)} as "isFull" from run`;
