import { setImmediate as nextTurn } from 'node:timers/promises';

/** A process that was held up (SIGSTOP, a busy event loop) needs a few turns to read what arrived meanwhile. */
const TURNS = 20;

/** Resolves once what has already arrived is read and handled. */
export async function arrivedIsRead(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}

/**
 * Settles as `work` does, or rejects with the reason of `signal` as soon as that is raised. Does not stop the work;
 * its late result is dropped without an unhandled rejection.
 */
export function raceSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** A signal that is aborted with the error of `reason` after `ms`, and then after `then`; disposing it clears the timer. */
export function deadline(
  ms: number,
  reason: () => Error,
  then = () => Promise.resolve(),
): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const timer = setTimeout(() => void then().then(() => controller.abort(reason())), Math.max(0, ms));
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
