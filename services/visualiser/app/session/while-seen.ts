/*
 * What a page follows live while it is seen. A live stream costs the browser one of its few connections, and the gateway a
 * look each second; a hidden page lets it go and reads rarely instead.
 */

const UNSEEN_MS = 5_000;
const READ_UNSEEN_MS = 15_000;

export interface Followed {
  read(signal: AbortSignal): Promise<void>;
  /** Follows from what was read, until the end. Rejects once `signal` aborts. */
  stream(signal: AbortSignal): Promise<void>;
  /** Whether what was read is final. */
  isOver(): boolean;
}

/** Resolves once it is over. @throws what `read` and `stream` do, and the reason of `leaving` */
export async function followWhileSeen(
  { read, stream, isOver }: Followed,
  leaving: AbortSignal,
): Promise<void> {
  await read(leaving);
  while (!isOver()) {
    const unseen = unseenFor(UNSEEN_MS, leaving);
    try {
      return await stream(unseen);
    } catch (error) {
      if (leaving.aborted || !unseen.aborted) throw error;
    }
    do {
      await seenWithin(READ_UNSEEN_MS, leaving);
      await read(leaving);
    } while (document.hidden && !isOver());
  }
}

/** Aborts once `leaving` does or the page has been hidden for so long, ms, without being shown in between. */
function unseenFor(ms: number, leaving: AbortSignal): AbortSignal {
  const unseen = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => unseen.abort(), ms);
  };
  const signal = AbortSignal.any([leaving, unseen.signal]);
  document.addEventListener('visibilitychange', look, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  look();
  return signal;
}

/** Resolves once the page is shown, `leaving` aborts or so much time has passed, ms. */
function seenWithin(ms: number, leaving: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const settle = () => {
      over.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(settle, ms);
    document.addEventListener('visibilitychange', () => document.hidden || settle(), { signal: over.signal });
    leaving.addEventListener('abort', settle, { signal: over.signal });
    if (!document.hidden || leaving.aborted) settle();
  });
}
