import { isAlike } from '#shared/api/client/find-passed.ts';
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';

const SHOWN = 20;

type Alike = Pick<RunSummary, 'id' | 'name' | 'flow'>;

/** The last runs of the same flow, or else of the very name, oldest first; they are found newest first. */
export const lastOf = <Run extends Alike>(found: readonly Run[], run: Alike): Run[] =>
  found
    .filter((one) => isAlike(one, run))
    .slice(0, SHOWN)
    .reverse();
