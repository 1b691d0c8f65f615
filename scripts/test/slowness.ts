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

if (!isMainThread) {
  const start = performance.now();
  let state = 1;
  for (let n = 0; n < ROUNDS; n += 1) state = Math.imul(state ^ n, 0x9e3779b1);
  parentPort?.postMessage({ ms: performance.now() - start, state });
}

/** 1 on two calm cores; 2 where everything takes twice as long. */
export async function measureSlowness(): Promise<number> {
  const works = Array.from({ length: availableParallelism() }, async () => {
    const worker = new Worker(new URL(import.meta.url));
    const [{ ms }] = (await once(worker, 'message')) as [{ ms: number }];
    return ms;
  });
  const took = await Promise.all(works);
  return took.reduce((sum, ms) => sum + ms, 0) / took.length / CALM_MS;
}
