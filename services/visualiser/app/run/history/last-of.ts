import type { RunSummary } from '#shared/api/contract/runs/runs.ts';

const SHOWN = 20;

type Alike = Pick<RunSummary, 'id' | 'name' | 'flow'>;

/** The last runs of the same flow, or else of the very name, oldest first; they are found newest first. */
export function lastOf<Run extends Alike>(found: readonly Run[], { name, flow }: Alike): Run[] {
  const isAlike = (one: Run) => (flow ? one.flow?.name === flow.name : !one.flow && one.name === name);
  return found.filter(isAlike).slice(0, SHOWN).reverse();
}
