import type { RunDetail } from '#shared/api/client/index.ts';
import { outcomeOfEnd } from '#shared/domain/run/outcome.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';

/**
 * How the run stands after these events. Its last event alone says whether it failed, was stopped or was lost, so a final
 * status counts with that; what is read next has the rest.
 */
export function standingAfter(
  events: readonly PastEvent[],
  status: Status | undefined,
  { startedAt, cancel }: Pick<RunDetail, 'startedAt' | 'cancel'>,
): Partial<RunDetail> {
  const end = events.findLast((event) => event.type === 'run_end');
  if (!end) return status && !isFinal(status) ? { status } : {};
  const outcome = outcomeOfEnd(end.payload);
  const ended = { status: end.payload.status, outcome, durationMs: end.time - Date.parse(startedAt) };
  if (outcome === 'lost') return { ...ended, cancel: { ...cancel, source: 'supervisor' } };
  if (outcome !== 'cancelled') return ended;
  const asked = events.find((event) => event.type === 'cancel');
  const { source = 'user', reason } = asked?.payload ?? {};
  const requestedAt = cancel?.requestedAt ?? new Date(asked?.time ?? end.time).toISOString();
  return { ...ended, cancel: { source, ...(reason !== undefined && { reason }), ...cancel, requestedAt } };
}
