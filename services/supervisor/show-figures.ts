import { readLiveRuns } from '#shared/adapters/database/run-views/live-runs.ts';
import { type QueueToRead, readQueueAges } from '#shared/adapters/database/run-views/queue-ages.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { readBacklog } from '#shared/adapters/database/webhooks/backlog.ts';
import { GAUGES } from '#shared/platform/metrics/instruments.ts';

/** The leader's figures of all runs, read when they are scraped; another supervisor only says that it does not lead. */
export function showFigures(sql: Sql, isLeading: () => boolean, queue: QueueToRead): void {
  GAUGES.leading(() => (isLeading() ? 1 : 0));
  const runs = oneLook(() => readLiveRuns(sql));
  GAUGES.active(async () => {
    if (!isLeading()) return [];
    const { queued, running, cancelling } = await runs();
    const state = (name: string) => ({ 'cicd.pipeline.run.state': name });
    return [
      [queued, state('pending')],
      [running, state('executing')],
      [cancelling, state('finalizing')],
    ];
  });
  GAUGES.parked(async () => (isLeading() ? (await runs()).parked : []));
  const ages = oneLook(() => readQueueAges(sql, queue));
  GAUGES.queueAge(async () => {
    if (!isLeading()) return [];
    return Object.entries(await ages()).map(
      ([code, ms]) => [ms / 1_000, { 'ghostly.queue.waits_for': code }] as const,
    );
  });

  const backlog = oneLook(() => readBacklog(sql));
  GAUGES.webhookPending(async () => (isLeading() ? (await backlog()).pending : []));
  GAUGES.webhookAge(async () => (isLeading() ? (await backlog()).oldestMs / 1_000 : []));
  GAUGES.webhooksDisabled(async () => (isLeading() ? (await backlog()).disabled : []));
}

/** Figures that are asked for together are of one look, and looks do not pile up while the database is slow (I14). */
function oneLook<Found>(look: () => Promise<Found>): () => Promise<Found> {
  let looking: Promise<Found> | undefined;
  return () =>
    (looking ??= look().finally(() => {
      looking = undefined;
    }));
}
