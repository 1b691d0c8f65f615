import { useEffect } from 'preact/hooks';
import { endsSession } from './session.ts';

export interface Polling {
  /** From the end of one look to the next, ms. */
  everyMs: number;
  /** Looks again, and anew, for everything that is different here. */
  key: unknown;
  /** What went wrong; undefined once it went well again. */
  onError?: (error: unknown) => void;
}

const HIDDEN_MS = 15_000;
const AFTER_ERROR_MS = 1_500;

/** Looks at once and then again and again while the component is there; seldom while nobody sees the page. */
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking = false;

  async function round(): Promise<void> {
    clearTimeout(timer);
    if (looking || signal.aborted) return;
    looking = true;
    let wait = document.hidden ? HIDDEN_MS : everyMs;
    try {
      await look(signal);
    } catch (error) {
      if (signal.aborted || endsSession(error)) return;
      onError(error);
      wait = Math.max(wait, AFTER_ERROR_MS);
    } finally {
      looking = false;
    }
    if (!signal.aborted) timer = setTimeout(() => void round(), wait);
  }

  const onSeen = () => void (document.hidden || round());
  document.addEventListener('visibilitychange', onSeen);
  void round();
  return () => {
    leaving.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onSeen);
  };
}
