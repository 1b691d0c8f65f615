import type { StaleReason } from '#shared/run/stale-reason.ts';
import type { CancelMode, CancelSource, Status } from '#shared/run/status.ts';
import { OWNER_SESSION_GONE } from '../processes/session.ts';
import type { Sql } from '../sql.ts';

/** All that is stored of a run's cancel, of one moment. */
export interface ReceiptRow {
  id: string;
  status: Status;
  shownStatus: Status;
  state: string;
  snapshot: unknown;
  owner: string | null;
  epoch: number;
  /** When the request reached a gateway; unknown for those of a runner that shuts down. */
  askedAt: Date | null;
  requestedAt: Date | null;
  source: CancelSource | null;
  mode: CancelMode | null;
  reason: string | null;
  userId: string | null;
  email: string | null;
  keyId: string | null;
  /** Null once the key is deleted. */
  keyLabel: string | null;
  finishedAt: Date | null;
  cancelled: boolean;
  stale: boolean;
  verdict: StaleReason | null;
  leaseUntil: Date | null;
  /** Its owner's lease is over, or its owner's process has ended. */
  ownerLost: boolean;
  steps: number;
  screenshots: number;
  video: boolean;
  now: Date;
  events: ReceiptEvent[];
}

/** One of the events that a receipt is read from. `at` is a text, in the zone of the session. */
export interface ReceiptEvent {
  type: string;
  stepIndex: number | null;
  payload: Record<string, unknown>;
  at: string;
}

export const readReceiptRow = (sql: Sql, runId: string): Promise<ReceiptRow | undefined> =>
  sql.row<ReceiptRow>(READ_RECEIPT, { runId });

const READ_RECEIPT = `
select runs.id, status, shown_status as "shownStatus", state, snapshot, owner, epoch, cancel_asked_at as "askedAt",
  cancel_requested_at as "requestedAt", cancel_by as source, cancel_mode as mode, cancel_reason as reason,
  cancel_user_id as "userId", users.email, cancel_key_id as "keyId", api_keys.label as "keyLabel",
  finished_at as "finishedAt", cancelled, stale, verdict, lease_until as "leaseUntil",
  owner is not null and (coalesce(lease_until < clock_timestamp(), false) or ${OWNER_SESSION_GONE}) as "ownerLost",
  (select count(*)::int from steps where run_id = runs.id and phase = 'flow') as steps,
  (select count(screenshot_path)::int from steps where run_id = runs.id) as screenshots,
  video_path is not null as video, clock_timestamp() as now,
  coalesce((
    select json_agg(json_build_object('type', type, 'stepIndex', step_index, 'payload', payload, 'at', at) order by seq)
    from events where run_id = runs.id
      and type in ('transition', 'cancel', 'cleanup_start', 'cleanup_success', 'cleanup_failure')), '[]') as events
from runs
left join users on users.id = runs.cancel_user_id
left join api_keys on api_keys.id = runs.cancel_key_id
where runs.id = :runId`;
