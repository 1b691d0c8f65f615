/*
 * How slow this machine is now: how long the same work takes by the clock on all cores at once, beside what it takes on two
 * calm cores. What others do with the machine counts, too.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** What the work takes on the two calm cores of docs/decisions/test-time.md, which are threads of one. */
const CALM_MS = 220;
const ROUNDS = 150_000_000;

/** The variable with what was measured, as JSON. */
export const MEASURED = 'TEST_SLOWNESS_MEASURED';

/** One look is a matter of chance: a process that ends or starts beside it makes it twice as slow. */
const LOOKS = 3;

if (!isMainThread) {
  for (let look = 0; look < LOOKS; look += 1) {
    const start = performance.now();
    let state = 1;
    for (let n = 0; n < ROUNDS; n += 1) state = Math.imul(state ^ n, 0x9e3779b1);
    parentPort?.postMessage({ ms: performance.now() - start, state });
  }
}

/** 1 on two calm cores; 2 where everything takes twice as long. */
export interface Slowness {
  /** What the machine can do. */
  least: number;
  usual: number;
  /** What has to be reckoned with. */
  most: number;
}

/** What was measured as the command began, for all that it starts; or now. */
export const slownessOfRun = async (): Promise<Slowness> => {
  const given = process.env[MEASURED];
  return given === undefined ? measureSlowness() : (JSON.parse(given) as Slowness);
};

export async function measureSlowness(): Promise<Slowness> {
  const works = Array.from({ length: availableParallelism() }, async () => {
    const worker = new Worker(new URL(import.meta.url));
    const looks: number[] = [];
    worker.on('message', ({ ms }: { ms: number }) => looks.push(ms));
    await once(worker, 'exit');
    return looks;
  });
  const took = await Promise.all(works);
  const means = Array.from({ length: LOOKS }, (_, look) => mean(took.map((looks) => looks[look]!)) / CALM_MS);
  const [least, usual, most] = means.toSorted((a, b) => a - b) as [number, number, number];
  return { least, usual, most };
}

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;
