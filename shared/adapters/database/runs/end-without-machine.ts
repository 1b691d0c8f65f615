/*
 * The statement that ends a run whose machine cannot say how. What it had begun is known from its events: the last one
 * of each step, and of each `onCancel` step, of the current attempt.
 */
import { isRefusal } from '../errors.ts';
import { RELEASE_LEASE } from './leases.ts';
import { forgottenState } from './park.ts';
import { resultsOf } from './results.ts';
import { type RunEnd, tellEnd } from './tell-end.ts';
import { NOTED_COLUMNS, noteUnpublished } from './unpublished.ts';

export interface MachinelessEnd {
  /** Columns beside those that every such end sets. */
  set: string;
  /** Under which condition it may be written, and common table expressions for it. */
  guard: string;
  before?: string;
  /** The payload of `run_end`; may name the columns of `run`. */
  payload: string;
  /** Why what was under way was cut off; a text. */
  why: string;
}

/** What was under way: the steps whose last event in the current attempt is their start. */
const openSteps = (why: string) => `last_events as (
  select distinct on (split_part(type, '_', 1), step_index) seq, type, step_index, payload
  from events
  where run_id = :runId and type in ('step_start', 'step_success', 'step_failure', 'cleanup_start', 'cleanup_success', 'cleanup_failure')
    and seq > coalesce((select max(seq) from events where run_id = :runId and type = 'requeued'), 0)
  order by split_part(type, '_', 1), step_index, seq desc
),
open as materialized (
  select case type when 'step_start' then 'flow' else 'onCancel' end as phase, replace(type, '_start', '_failure') as outcome,
    step_index, coalesce(payload -> 'step', '{}') as step, 'interrupted: ' || ${why} as error,
    row_number() over (order by seq)::int as n
  from last_events where type in ('step_start', 'cleanup_start')
)`;

const LAST_SEQ = 'runs.last_seq + (select count(*)::int from open) + 1';

/**
 * Statements that end a run, each for where the one before is refused: `whole` stores the outcomes of what was under way
 * (I9), `run_end` and the status; `bare` only the status in the run's row; `alone` does not note it for the relay either.
 */
export type MachinelessStatements = Record<'whole' | 'bare' | 'alone', string>;

/** All parts are SQL; `:runId` is the run. The guard has to refuse if an event was stored since the statement began. */
export const endWithoutMachine = (end: MachinelessEnd): MachinelessStatements => ({
  whole: statement(end, LAST_SEQ, {
    before: `${openSteps(end.why)},`,
    after: `,${noteUnpublished('run.last_seq - 1 - (select count(*)::int from open)')},
${storedRecords(end.payload)}`,
  }),
  bare: statement(end, 'runs.last_seq', { before: '', after: `,${noteUnpublished('run.last_seq')}` }),
  alone: statement(end, 'runs.last_seq', { before: '', after: '' }),
});

const statement = (
  { set, guard, before = '' }: MachinelessEnd,
  lastSeq: string,
  records: Record<'before' | 'after', string>,
) => `
with moment as materialized (select clock_timestamp() as at),${before && `${before},`}
${records.before}
run as (
  update runs set status = 'fail', state = 'fail', epoch = runs.epoch + 1, finished_at = moment.at,
    last_seq = ${lastSeq}, ${set}
  from moment
  where runs.id = :runId and runs.status in ('running', 'cancelling') and (${guard})
  returning runs.id, runs.status, runs.owner, runs.epoch, runs.attempt, runs.last_seq, runs.cancelled, runs.cancel_by, runs.cancel_reason,
    runs.stop_reason, runs.cancel_requested_at, runs.traceparent, moment.at,
    ${NOTED_COLUMNS}
),${RELEASE_LEASE},${forgottenState()}${records.after}
select id as "runId", traceparent, last_seq, at, stop_reason as "stopReason", created_at as "acceptedAt", cancel_requested_at as "cancelRequestedAt" from run`;

const storedRecords = (payload: string) => `
stored_outcomes as (
  insert into events (run_id, seq, type, step_index, payload, at)
  select run.id, run.last_seq - count(*) over () - 1 + open.n, open.outcome, open.step_index,
    json_build_object('step', open.step, 'error', open.error, 'interrupted', true), run.at
  from run, open
),
stored_end as (
  insert into events (run_id, seq, type, payload, at)
  select run.id, run.last_seq, 'run_end', coalesce((left((said.payload)::text, -1) || ',"results":' || found.results::text || '}')::json, said.payload), run.at
  from run, lateral (select ${payload} as payload) as said, lateral (select ${resultsOf('run.id', 'run.attempt')} as results) as found
),
stored_steps as (
  insert into steps (run_id, attempt, phase, index, epoch, action, ok, error, at)
  select run.id, run.attempt, open.phase, open.step_index, run.epoch, coalesce(open.step ->> 'action', 'unknown'), false,
    open.error, run.at
  from run, open
  on conflict do nothing
),
stored_status as (
  insert into status_changes (run_id, status, after_seq, at) select run.id, 'fail', run.last_seq, run.at from run
  on conflict do nothing
)`;

export type MachinelessRow = RunEnd & { last_seq: number };

/**
 * Stores such an end through `store`: with less of it, if the database would refuse it for ever (I5). Undefined: its guard
 * refused.
 */
export async function storeMachinelessEnd(
  { whole, bare, alone }: MachinelessStatements,
  store: (statement: string, isWhole: boolean) => Promise<MachinelessRow | undefined>,
): Promise<MachinelessRow | undefined> {
  const unlessRefused = (less: () => Promise<MachinelessRow | undefined>) => (error: unknown) => {
    if (isRefusal(error)) return less();
    throw error;
  };
  const row = await store(whole, true)
    .catch(unlessRefused(() => store(bare, false)))
    .catch(unlessRefused(() => store(alone, false)));
  if (row) tellEnd(row);
  return row;
}
