import type { StaleReason } from '#shared/run/stale-reason.ts';
import type { CancelMode, CancelSource, Status, StepPhase } from '#shared/run/status.ts';

/** A run as it is read for showing, with its steps. */
export interface RunRow {
  id: string;
  projectId: string;
  shownStatus: Status;
  state: string;
  baseUrl: string;
  owner: string | null;
  /** Null if its machine cannot be read. */
  stepCount: number | null;
  contextId: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  cancelled: boolean;
  stale: boolean;
  cancelRequestedAt: Date | null;
  cancelBy: CancelSource | null;
  cancelMode: CancelMode | null;
  cancelReason: string | null;
  error: string | null;
  stopReason: string | null;
  videoPath: string | null;
  verdict: StaleReason | null;
  attempt: number;
  concurrencyKey: string | null;
  rerunOf: string | null;
  steps: StepRow[];
}

export interface StepRow {
  phase: StepPhase;
  attempt: number;
  index: number;
  action: string;
  ok: boolean;
  error: string | null;
  screenshotPath: string | null;
  a11y: string | null;
}

export const RUN_COLUMNS = `runs.id, project_id as "projectId", shown_status as "shownStatus", state, base_url as "baseUrl",
  context_id as "contextId", created_at as "createdAt", finished_at as "finishedAt", cancelled, stale,
  cancel_requested_at as "cancelRequestedAt", cancel_by as "cancelBy", cancel_mode as "cancelMode",
  cancel_reason as "cancelReason", error, stop_reason as "stopReason", video_path as "videoPath", verdict,
  attempt, concurrency_key as "concurrencyKey", rerun_of as "rerunOf", owner,
  case jsonb_typeof(snapshot #> '{machine,context,stepTimeouts}')
    when 'array' then jsonb_array_length(snapshot #> '{machine,context,stepTimeouts}') end as "stepCount"`;

/** A step as JSON; accessibility trees are big, and only wanted one run at a time. */
export const stepObject = (a11y: boolean): string =>
  `json_build_object('phase', phase, 'attempt', attempt, 'index', index, 'action', action, 'ok', ok, 'error', error,
    'screenshotPath', screenshot_path, 'a11y', ${a11y ? 'a11y' : 'null'})`;

/** The steps of `runs` as a JSON column. */
export const STEPS_COLUMN = `coalesce((
  select json_agg(${stepObject(false)} order by attempt, index) from steps where run_id = runs.id), '[]') as steps`;
