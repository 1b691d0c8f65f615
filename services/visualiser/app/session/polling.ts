import { useEffect } from 'preact/hooks';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';
import { endsSession } from './session.ts';

export interface Polling {
  /** The pause from the end of one look to the next, ms. */
  everyMs: number;
  /** Looks again, and anew, for everything that is different here. */
  key: unknown;
  /** What went wrong; undefined once it went well again. */
  onError?: (error: unknown) => void;
}

const HIDDEN_MS = 15_000;
/** What went wrong is tried again soon, also if it is looked for rarely. */
const LEAST_AFTER_ERROR_MS = 1_500;
const MOST_AFTER_ERROR_MS = 5_000;

/** Polls at once and then regularly while the component is mounted; rarely while the page is hidden. */
export function usePolling(
  look: (signal: AbortSignal) => Promise<unknown>,
  { everyMs, key, onError }: Polling,
): void {
  useEffect(() => poll(look, everyMs, onError), [key, everyMs]);
}

/** Returns how to stop it. */
export function poll(
  look: (signal: AbortSignal) => Promise<unknown>,
  everyMs: number,
  onError: (error: unknown) => void = () => undefined,
): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const pauseMs = (shownMs: number) => (document.hidden ? HIDDEN_MS : shownMs);
  const looks = createSerialTask(
    () => look(signal).then(() => pauseMs(everyMs)),
    (error) => {
      if (signal.aborted || endsSession(error)) return;
      onError(error);
      return pauseMs(Math.min(Math.max(everyMs, LEAST_AFTER_ERROR_MS), MOST_AFTER_ERROR_MS));
    },
  );

  document.addEventListener('visibilitychange', () => document.hidden || void looks.run(), { signal });
  void looks.run();
  return () => {
    leaving.abort();
    void looks.close();
  };
}
