import { readLiveRuns } from '#shared/database/run-views/live-runs.ts';
import type { Sql } from '#shared/database/sql.ts';
import { GAUGES } from '#shared/metrics/instruments.ts';

/** What the supervisor that leads knows of all runs, read when somebody scrapes; another one tells only that it does not lead. */
export function showFigures(sql: Sql, isLeading: () => boolean): void {
  GAUGES.leading(() => (isLeading() ? 1 : 0));
  GAUGES.active(async () => {
    if (!isLeading()) return [];
    const { queued, running, cancelling } = await readLiveRuns(sql);
    const state = (name: string) => ({ 'cicd.pipeline.run.state': name });
    return [
      [queued, state('pending')],
      [running, state('executing')],
      [cancelling, state('finalizing')],
    ];
  });
  GAUGES.queueAge(async () => (isLeading() ? (await readLiveRuns(sql)).oldestMs / 1_000 : []));
}
