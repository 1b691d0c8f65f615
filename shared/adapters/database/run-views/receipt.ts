import type { EventType, RunEvent } from '#shared/domain/events/events.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import type { CancelMode, CancelSource, Status } from '#shared/domain/run/status.ts';
import { JOIN_LEASE } from '../runs/leases.ts';
import { EVENT_OBJECT, eventOf, type StoredEvent } from '../runs/stored-event.ts';
import type { Sql } from '../sql.ts';
import { OWNER_LOST } from './owner-lost.ts';

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
  events: RunEvent[];
}

/** What a receipt is read from. */
const RECEIPT_TYPES = [
  'transition',
  'cancel',
  'cleanup_start',
  'cleanup_success',
  'cleanup_failure',
  'last_look',
] as const satisfies EventType[];

export async function readReceiptRow(sql: Sql, runId: string): Promise<ReceiptRow | undefined> {
  const values = { runId, types: RECEIPT_TYPES };
  const row = await sql.row<Omit<ReceiptRow, 'events'> & { events: StoredEvent[] }>(READ_RECEIPT, values);
  return row && { ...row, events: row.events.map(eventOf) };
}

const READ_RECEIPT = `
select runs.id, status, shown_status as "shownStatus", state, snapshot, runs.owner, runs.epoch, cancel_asked_at as "askedAt",
  cancel_requested_at as "requestedAt", cancel_by as source, cancel_mode as mode, cancel_reason as reason,
  cancel_user_id as "userId", users.email, cancel_key_id as "keyId", api_keys.label as "keyLabel",
  finished_at as "finishedAt", cancelled, stale, verdict, leases.until as "leaseUntil",
  ${OWNER_LOST} as "ownerLost",
  (select count(*)::int from steps where run_id = runs.id and phase = 'flow') as steps,
  (select count(screenshot_path)::int from steps where run_id = runs.id) as screenshots,
  video_path is not null as video, clock_timestamp() as now,
  coalesce((
    select json_agg(${EVENT_OBJECT} order by seq)
    from events where run_id = runs.id and type = any (:types::text[])), '[]') as events
from runs ${JOIN_LEASE}
left join users on users.id = runs.cancel_user_id
left join api_keys on api_keys.id = runs.cancel_key_id
where runs.id = :runId`;
