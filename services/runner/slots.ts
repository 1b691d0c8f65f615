import { availableParallelism } from 'node:os';
import { limitedMemory } from './browser/chromium/memory.ts';
import { coreLimit } from './core-limit.ts';

/** What a runner has for its browsers. A container's limits are its own. */
export interface Machine {
  /** Perhaps a part of one. */
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

const thisMachine = (): Machine => ({
  cores: Math.min(availableParallelism(), coreLimit()),
  memory: limitedMemory(),
});

/** `auto`: two for each core, but no more than one for each GiB of memory; at least one. */
export function slotsOf(setting: number | 'auto', { cores, memory } = thisMachine()): Slots {
  if (setting !== 'auto') return { count: setting, from: 'RUNNER_SLOTS' };
  const byCores = Math.max(1, Math.floor(PER_CORE * cores));
  // A machine has a little less than it is sold with.
  const byMemory = Math.max(1, Math.round(memory / GIB));
  return byCores <= byMemory
    ? { count: byCores, from: `${PER_CORE} for each of ${Math.round(cores * 100) / 100} cores` }
    : { count: byMemory, from: `1 for each of ${byMemory} GiB of memory` };
}
