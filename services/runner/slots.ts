import { availableParallelism } from 'node:os';
import { limitedMemory } from './browser/memory.ts';

/** What a runner has for its browsers. A container's limits are its own. */
export interface Machine {
  cores: number;
  /** Bytes. */
  memory: number;
}

/** How many runs a runner carries at once, and where that number is from, for the operator. */
export interface Slots {
  count: number;
  from: string;
}

/**
 * A second run on a core uses the time in which the first one waits for its site; more of them only make every step slower
 * (docs/performance.md). A page of today takes a few hundred MiB.
 */
const PER_CORE = 2;
const GIB = 2 ** 30;

const thisMachine = (): Machine => ({ cores: availableParallelism(), memory: limitedMemory() });

/** `auto`: two for each core, but no more than one for each GiB of memory. */
export function slotsOf(setting: number | 'auto', { cores, memory } = thisMachine()): Slots {
  if (setting !== 'auto') return { count: setting, from: 'RUNNER_SLOTS' };
  const byCores = PER_CORE * cores;
  // A machine has a little less than it is sold with.
  const byMemory = Math.max(1, Math.round(memory / GIB));
  return byCores <= byMemory
    ? { count: byCores, from: `${PER_CORE} for each of ${cores} cores` }
    : { count: byMemory, from: `1 for each of ${byMemory} GiB of memory` };
}
