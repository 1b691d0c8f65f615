import type { StopSignals } from '#shared/platform/process/stop-signals.ts';

/** What a signal does to a batch that is followed: it is cancelled, once, and has a while to end. Owns the timer. */
export interface Interruption extends Disposable {
  /** Aborted once its end is not waited for any more: after that while, or at once by a second signal. */
  left: AbortSignal;
  /** Resolves when the cancel has been asked for, if a signal has come. */
  asked(): Promise<void>;
}

/** GitHub leaves 7.5 s in all. */
const ENDS_WITHIN_MS = 3_000;

/** `cancel` says itself if it fails. */
export function cancelOnStop(
  stop: StopSignals,
  cancel: (signal: AbortSignal) => Promise<void>,
): Interruption {
  const left = new AbortController();
  const leave = () => left.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  stop.forced.addEventListener('abort', leave, { once: true });
  if (stop.forced.aborted) leave();
  const cancelled = stop.first.then(async () => {
    if (isOver) return;
    timer = setTimeout(leave, ENDS_WITHIN_MS);
    await cancel(left.signal);
  });
  return {
    left: left.signal,
    asked: async () => {
      if (stop.isStopping()) await cancelled;
    },
    [Symbol.dispose]() {
      isOver = true;
      clearTimeout(timer);
      stop.forced.removeEventListener('abort', leave);
    },
  };
}
