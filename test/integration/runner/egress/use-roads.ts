import { afterFile } from '../../../support/file-hooks.ts';
import { type RoadSite, startRoads } from '../../../support/sites/roads.ts';
import { type BrowserBench, createBench } from '../browser/fixture.ts';

/** Flows may reach 127.0.0.1 and nothing else: 127.0.0.5 stands for a network that is closed to them. */
export const POLICY = '127.0.0.1/32';
/** What a step says that was led there. */
export const REFUSAL = `the egress policy of this Ghostly (${POLICY}) does not allow 127.0.0.5`;

interface Roads {
  bench: BrowserBench;
  open: RoadSite;
  closed: RoadSite;
}

/** A pool with that policy, and a site in each of the two networks, until the file is over. */
export async function useRoads(): Promise<Roads> {
  return {
    bench: kept(await createBench({}, POLICY)),
    open: kept(await startRoads('127.0.0.1')),
    closed: kept(await startRoads('127.0.0.5')),
  };
}

function kept<Made extends AsyncDisposable>(made: Made): Made {
  afterFile(async () => made[Symbol.asyncDispose]());
  return made;
}
