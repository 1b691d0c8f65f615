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
const AFTER_ERROR_MS = 1_500;

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
  const pauseMs = () => (document.hidden ? HIDDEN_MS : everyMs);
  const looks = createSerialTask(
    () => look(signal).then(pauseMs),
    (error) => {
      if (signal.aborted || endsSession(error)) return;
      onError(error);
      return Math.max(pauseMs(), AFTER_ERROR_MS);
    },
  );

  document.addEventListener('visibilitychange', () => document.hidden || void looks.run(), { signal });
  void looks.run();
  return () => {
    leaving.abort();
    void looks.close();
  };
}
