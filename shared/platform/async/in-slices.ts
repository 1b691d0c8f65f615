/*
 * Long computations in short slices, so that none of them blocks the event loop (I13). Owns the computations in
 * progress in this process: they take turns, and together get one slice in each turn of the loop.
 */

/** A computation that yields wherever it may be paused: every few thousand steps or so. */
export type Sliced<Result> = Generator<undefined, Result, undefined>;

const SLICE_MS = 5;

type Turn = (until: number) => 'done' | 'rests';
const waiting: Turn[] = [];
let scheduled = false;

/** Runs it; rejects with what it throws, or with the signal's reason if that is raised first. */
export function inSlices<Result>(work: Sliced<Result>, signal?: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    waiting.push((until) => {
      try {
        signal?.throwIfAborted();
        for (;;) {
          const { done, value } = work.next();
          if (done) {
            resolve(value);
            return 'done';
          }
          if (performance.now() >= until) return 'rests';
        }
      } catch (error) {
        reject(error);
        return 'done';
      }
    });
    schedule();
  });
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    slice();
    if (waiting.length > 0) schedule();
  });
}

/** A computation that is not finished when the slice ends continues after all others. */
function slice(): void {
  const until = performance.now() + SLICE_MS;
  do {
    const turn = waiting.shift();
    if (turn === undefined) return;
    if (turn(until) === 'rests') waiting.push(turn);
  } while (performance.now() < until);
}
