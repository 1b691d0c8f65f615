import type { NewEvent } from '#shared/domain/events/events.ts';
import type { Watermark } from '#shared/domain/events/stream.ts';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { persisted, type RunSnapshot, stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { toJsonb } from '../json.ts';
import type { Sql } from '../sql.ts';
import { CANCEL_COLUMNS, type CancelColumns, type RecordedCancel, recordedCancel } from './cancel-columns.ts';
import { RELEASE_LEASE } from './leases.ts';
import { forgottenState } from './park.ts';
import { tellEnd } from './tell-end.ts';
import { ACKNOWLEDGED, NOTED_COLUMNS, noteUnpublished } from './unpublished.ts';

/** One or more steps of the machine, to be stored in one statement together with their events. */
export interface Transition {
  runId: string;
  epoch: number;
  /** The run's last_seq before it: compared and raised by the statement. */
  lastSeq: number;
  snapshot: RunSnapshot;
  events: NewEvent[];
  steps?: StepRecord[];
  verdict?: StaleReason;
  /** It has passed, and its login is this version of its profile now. */
  savedLogin?: SavedLogin | undefined;
}

export interface SavedLogin {
  profileId: string;
  version: number;
}

export interface StepRecord {
  /** `onCancel` are those that clean up after a cancel; else the flow's own. */
  phase?: StepPhase;
  index: number;
  action: string;
  ok: boolean;
  error?: string;
  screenshotPath?: string;
  a11y?: string;
  result?: { name: string; value: unknown };
}

export interface Stored {
  lastSeq: number;
  /** The database's time of the statement, which is the time of all its events. */
  at: Date;
  cancel: RecordedCancel | undefined;
}

const LAST_SEQ = 'runs.last_seq + json_array_length(:events::json)';

/**
 * Stores a transition if `guard` holds: run, events, step outcomes and status, all or nothing. `alsoSet`
 * adds columns, `before` and `after` common table expressions. A run without an owner afterwards, or final, loses its lease.
 */
export const transitionStatement = (
  guard: string,
  epochStep: 0 | 1,
  alsoSet = '',
  before = '',
  after = '',
) => `
with moment as materialized (select clock_timestamp() as at),${before && `${before},`}
run as (
  update runs set status = :status, state = :state, snapshot = :snapshot::jsonb, epoch = runs.epoch + ${epochStep},
    machine_version = ${MACHINE_VERSION}, last_seq = ${LAST_SEQ}, cancelled = :cancelled,
    stale = :stale, error = :error, stop_reason = :stopReason, video_path = :videoPath, verdict = :verdict::jsonb, finished_at = case when :final::boolean then moment.at end
    ${alsoSet}
  from moment
  where runs.id = :runId and runs.epoch = :epoch and runs.last_seq = :lastSeq and runs.status in ('running', 'cancelling') and (${guard})
  returning runs.id, runs.status, runs.owner, runs.epoch, runs.attempt, runs.last_seq, runs.traceparent, moment.at,
    ${NOTED_COLUMNS}, ${CANCEL_COLUMNS}
),${RELEASE_LEASE},${noteUnpublished(':lastSeq', ACKNOWLEDGED)},
stored_events as (
  insert into events (run_id, seq, type, step_index, payload, at)
  select run.id, :lastSeq + e.n, e.event ->> 'type', (e.event ->> 'stepIndex')::int, e.event -> 'payload', run.at
  from run, json_array_elements(:events::json) with ordinality as e (event, n)
),
stored_steps as (
  insert into steps (run_id, attempt, phase, index, epoch, action, ok, error, screenshot_path, a11y, result_name, result, at)
  select run.id, run.attempt, coalesce(s.phase, 'flow'), s.index, run.epoch, s.action, s.ok, s.error, s."screenshotPath",
    s.a11y, s.result ->> 'name', s.result -> 'value', run.at
  from run, json_to_recordset(:steps::json)
    as s (phase text, index int, action text, ok boolean, error text, "screenshotPath" text, a11y text, result json)
  on conflict (run_id, attempt, phase, index) do update -- it failed, and was done again
    set (epoch, action, ok, error, screenshot_path, a11y, result_name, result, at) = (excluded.epoch, excluded.action,
      excluded.ok, excluded.error, excluded.screenshot_path, excluded.a11y, excluded.result_name, excluded.result, excluded.at)
    where not steps.ok
),${forgottenState(':final::boolean')},${after && `${after},`}
stored_status as (
  insert into status_changes (run_id, status, after_seq, at) select run.id, :status, run.last_seq, run.at from run
  on conflict (run_id, status) do nothing
)
select * from run`;

interface StoredRow {
  last_seq: number;
  at: Date;
  created_at: Date;
  traceparent: string | null;
}

/** `published`: what NATS is known to have acknowledged; it goes along, so that the relay does not say it again. */
export async function storeTransition(
  sql: Sql,
  statement: string,
  transition: Transition,
  guardValues: Readonly<Record<string, unknown>> = {},
  published: Watermark = { seq: 0, rank: 0 },
): Promise<Stored | undefined> {
  const values = transitionValues(transition);
  const row = await sql.row<CancelColumns & StoredRow>(statement, {
    ...values,
    ...guardValues,
    publishedSeq: published.seq,
    publishedRank: published.rank,
  });
  if (row && values.final)
    tellEnd({
      runId: transition.runId,
      traceparent: row.traceparent,
      stopReason: values.stopReason ?? undefined,
      at: row.at,
      acceptedAt: row.created_at,
      cancelRequestedAt: row.cancel_requested_at,
      cancelTakenAt: values.stale ? undefined : transition.snapshot.context.cancel?.at,
    });
  return row && { lastSeq: row.last_seq, at: row.at, cancel: recordedCancel(row) };
}

function transitionValues({ runId, epoch, lastSeq, snapshot, events, steps = [], verdict }: Transition) {
  const { context } = snapshot;
  const status = statusOf(snapshot);
  const final = status === 'pass' || status === 'fail';
  return {
    runId,
    epoch,
    lastSeq,
    status,
    final,
    state: stateOf(snapshot),
    snapshot: toJsonb(persisted(snapshot)),
    events: toJsonb(events),
    steps: toJsonb(steps),
    cancelled: final && context.cancel !== undefined,
    stale: context.stale,
    error: context.error ?? null,
    stopReason: final ? (context.stopReason ?? null) : null,
    videoPath: context.videoPath ?? null,
    verdict: verdict ? toJsonb(verdict) : null,
  };
}
