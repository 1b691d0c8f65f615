import type { ReceiptRow } from '#shared/adapters/database/run-views/receipt.ts';
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import type { RunEvent } from '#shared/domain/events/events.ts';
import { LOOKED_FOR } from '#shared/domain/events/last-look.ts';
import { presentStaleReason } from '../runs/present.ts';
import { createHopClock } from './hop-clock.ts';
import { hopsOf } from './hops.ts';
import { waitingFor } from './waiting.ts';

export interface ReceiptOptions {
  /** Whether the reader may know which key was used: the key's own user, and admins. */
  showKey: boolean;
  /** How long a recorded cancel may take before a supervisor takes the run, ms. */
  overdueMs: number;
}

/**
 * The receipt of a cancel, from the stored run and its events alone; `now` by the database's clock. Undefined: the run
 * was neither cancelled nor ended by a supervisor, nor did anybody ask for it.
 */
export function receiptOf(
  row: ReceiptRow,
  events: RunEvent[],
  now: Date,
  { showKey, overdueMs }: ReceiptOptions,
): Receipt | undefined {
  const { requestedAt, finishedAt, verdict } = row;
  const asked = row.askedAt ?? requestedAt ?? finishedAt;
  if (!asked || !(requestedAt || row.cancelled || row.stale)) return undefined;
  const clock = createHopClock(asked, finishedAt ?? now);
  const { browser, ...hops } = hopsOf(row, events, clock);
  return {
    id: row.id,
    status: row.shownStatus,
    state: row.state,
    requested: { at: asked.toISOString(), ...requestOf(row, showKey) },
    ...hops,
    ...(browser && { browser }),
    evidence: { steps: row.steps, screenshots: row.screenshots, video: row.video, ...lastLookIn(events) },
    ...(finishedAt
      ? {
          final: { ...clock.reach(finishedAt.getTime()), ...(row.stale && { stale: true }) },
          totalMs: clock.total,
        }
      : { waiting: waitingFor(row, now, overdueMs) }),
    ...(verdict && { verdict: presentStaleReason(verdict) }),
  };
}

function requestOf(row: ReceiptRow, showKey: boolean): Omit<Receipt['requested'], 'at'> {
  const { source, mode, reason, userId, email, keyId, keyLabel } = row;
  return {
    source: source ?? 'supervisor',
    mode: mode ?? 'graceful',
    ...(reason !== null && { reason }),
    ...(userId !== null && { user: { id: userId, ...(email !== null && { email }) } }),
    ...(showKey && keyId !== null && { key: { id: keyId, ...(keyLabel !== null && { label: keyLabel }) } }),
  };
}

function lastLookIn(events: RunEvent[]): Pick<Receipt['evidence'], 'lastLook'> {
  const look = events.find((event) => event.type === 'last_look')?.payload;
  if (!look) return {};
  const { screenshotPath: picture, a11y: tree, title, missing = [] } = look;
  const found = { picture, tree, title };
  return { lastLook: { kept: LOOKED_FOR.filter((what) => found[what] !== undefined), missing } };
}
