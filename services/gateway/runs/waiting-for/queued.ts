import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import type { Situation } from '#shared/adapters/database/run-views/situation.ts';
import type { WaitingRow } from '#shared/adapters/database/run-views/waiting.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { QueueWait } from '#shared/domain/story/waits.ts';

export type WaitFacts = Omit<WaitingFor, 'for'>;

/** What keeps a queued run from being claimed: of several reasons the one that must go first. Pure. */
export function queuedFacts(
  run: Situation,
  row: WaitingRow,
  limits: RunLimits,
): WaitFacts & { code: QueueWait } {
  const { runnerLabels: labels, concurrencyKey, createdAt, queueUntil } = run;
  const { perUser, perProject } = limits;
  const until = { until: queueUntil.toISOString(), leadsTo: 'fail' } as const;
  const since = (from: Date | null) => ({ since: later(createdAt, from).toISOString() });
  const line = { ahead: row.ahead, ...(row.aheadIsMore && { aheadIsMore: true as const }) };
  const onlyWith = labels.length > 0 && { labels };
  if (!row.someRunner) return { code: 'no_runner', ...since(row.lastRunner), ...until };
  if (!row.fittingRunner) return { code: 'no_fitting_runner', ...since(row.lastFitting), ...until, labels };
  if (!row.ableRunner)
    return {
      code: 'runner_unavailable',
      ...since(null),
      ...until,
      ...onlyWith,
      ...(row.unavailable !== null && { unavailable: row.unavailable }),
    };
  if (row.holder && concurrencyKey !== null) {
    const { id, since: claimedAt, seen } = row.holder;
    const held = { concurrencyKey, ...(seen && { heldBy: id }) };
    return { code: 'concurrency_key', ...since(new Date(claimedAt)), ...until, ...held };
  }
  if (perUser !== undefined && row.ofUser >= perUser)
    return { code: 'user_limit', ...since(null), ...until, limit: perUser };
  if (perProject !== undefined && row.ofProject >= perProject)
    return { code: 'project_limit', ...since(null), ...until, limit: perProject };
  const { slots, busy, oldestSince } = row;
  if (busy >= slots)
    return {
      code: 'slots',
      ...since(null),
      ...until,
      ...onlyWith,
      slots,
      busy,
      ...line,
      ...(oldestSince && { oldestSince: oldestSince.toISOString() }),
    };
  return { code: 'runner', ...since(null), ...until, ...onlyWith, ...line };
}

const later = (one: Date, other: Date | null): Date => (other !== null && other > one ? other : one);
