import { type LiveRuns, readLiveRuns } from '#shared/database/run-views/live-runs.ts';
import type { Sql } from '#shared/database/sql.ts';
import { GAUGES } from '#shared/metrics/instruments.ts';

/** What the supervisor that leads knows of all runs, read when somebody scrapes; another one tells only that it does not lead. */
export function showFigures(sql: Sql, isLeading: () => boolean): void {
  /** Figures that are asked for together are of one look, and looks do not pile up while the database is slow (I14). */
  let looking: Promise<LiveRuns> | undefined;
  const look = () =>
    (looking ??= readLiveRuns(sql).finally(() => {
      looking = undefined;
    }));
  GAUGES.leading(() => (isLeading() ? 1 : 0));
  GAUGES.active(async () => {
    if (!isLeading()) return [];
    const { queued, running, cancelling } = await look();
    const state = (name: string) => ({ 'cicd.pipeline.run.state': name });
    return [
      [queued, state('pending')],
      [running, state('executing')],
      [cancelling, state('finalizing')],
    ];
  });
  GAUGES.queueAge(async () => (isLeading() ? (await look()).oldestMs / 1_000 : []));
}
