import type { Frames } from '#shared/adapters/bus/live/frames.ts';
import type { ShowLive } from '../browser/live-show.ts';
import { ByteBudget } from './byte-budget.ts';
import { LiveRun } from './live-run.ts';

/** Shows the runs of this runner to those that watch them. */
export function createShowLive(frames: Pick<Frames, 'serve'>): ShowLive {
  const budget = new ByteBudget();
  return (run) => new LiveRun(frames, budget, run);
}
