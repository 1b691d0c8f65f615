import { ApiError, mayPass, retryAfterMs } from '#shared/api/client/index.ts';
import { endsSession } from './session.ts';
import { type Followed, followWhileSeen } from './while-seen.ts';

/** `missing`: there is no such thing, or it is not the user's to see. */
export type WatchFailure = 'missing' | 'error';

interface Watching {
  /** Aborted by `close`. */
  readonly left: AbortSignal;
  /** What else fails of it, which is treated alike. */
  fail(error: unknown): void;
  close(): void;
}

const RETRY_MS = 1_500;

/** Follows something to its end, again after each failure that may pass. */
export function keepWatching(followed: Followed, onFailure: (failure: WatchFailure) => void): Watching {
  const leaving = new AbortController();
  const { signal: left } = leaving;
  let retry: ReturnType<typeof setTimeout> | undefined;
  function fail(error: unknown): void {
    if (left.aborted || endsSession(error)) return;
    onFailure(error instanceof ApiError && error.status === 404 ? 'missing' : 'error');
    clearTimeout(retry);
    if (mayPass(error)) retry = setTimeout(start, retryAfterMs(error, RETRY_MS));
  }
  const start = () => void followWhileSeen(followed, left).catch(fail);
  start();
  return {
    left,
    fail,
    close() {
      leaving.abort();
      clearTimeout(retry);
    },
  };
}
