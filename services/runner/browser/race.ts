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

/** A signal that is aborted after `ms` with what `reason` makes then; disposing it clears the timer. */
export function deadline(ms: number, reason: () => Error): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason()), Math.max(0, ms));
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
