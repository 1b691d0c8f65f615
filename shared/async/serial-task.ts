/*
 * Work that runs one at a time, then once more: calls that come while it runs are answered together by one more run,
 * which begins after the one under way; after a failure, when it is time to try again. Owns the run under way and the
 * timer of the next. For Node and for browsers.
 */

export interface SerialTask {
  readonly running: boolean;
  /** Runs it now, or after the run under way. Resolves when a run that began after this call has ended, or on close. */
  run(): Promise<void>;
  /** Runs it in `ms` at the latest, counted from the end of the run under way; if that fails, when `onError` says. */
  runIn(ms: number): void;
  /** There will be no other run. Resolves when the one under way has ended. */
  close(): Promise<void>;
}

/** In how many ms it runs again by itself; nothing: only when it is asked to. */
// biome-ignore lint/suspicious/noConfusingVoidType: work that returns nothing is work, too
export type RunsAgain = number | void;

interface Outcome {
  inMs: RunsAgain;
  isRetry: boolean;
}

/** `onError` takes what the work rejected with, and says when to try again, ms; undefined: not by itself. */
export function createSerialTask(
  work: () => Promise<RunsAgain>,
  onError: (error: unknown) => number | undefined,
): SerialTask {
  let running = false;
  let closed = false;
  let current = Promise.resolve();
  /** What was asked for since the run under way began. */
  let next: PromiseWithResolvers<void> | undefined;
  let nextInMs: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Number.POSITIVE_INFINITY;

  const begin = () => {
    clearTimeout(timer);
    due = Number.POSITIVE_INFINITY;
    nextInMs = undefined;
    running = true;
    const asked = next;
    next = undefined;
    current = turn();
    if (asked) void current.then(asked.resolve);
    return current;
  };

  const turn = async (): Promise<void> => {
    let outcome: Outcome = { inMs: undefined, isRetry: false };
    try {
      outcome = await attempt();
    } finally {
      // Also where `onError` throws: that is told as a rejection, and the task goes on.
      running = false;
      goOn(outcome);
    }
  };

  const goOn = ({ inMs, isRetry }: Outcome) => {
    if (closed) next?.resolve();
    else if (next && !isRetry) void begin();
    else for (const ms of isRetry ? [inMs] : [inMs, nextInMs]) if (ms !== undefined) schedule(ms);
  };

  const attempt = async (): Promise<Outcome> => {
    try {
      return { inMs: await work(), isRetry: false };
    } catch (error) {
      const inMs = onError(error);
      return { inMs, isRetry: inMs !== undefined };
    }
  };

  const schedule = (ms: number) => {
    const at = performance.now() + ms;
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(begin, ms);
  };

  return {
    get running() {
      return running;
    },
    run() {
      if (closed) return current;
      if (!running) return begin();
      next ??= Promise.withResolvers();
      return next.promise;
    },
    runIn(ms) {
      if (closed) return;
      if (running) nextInMs = Math.min(ms, nextInMs ?? ms);
      else schedule(ms);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      if (!running) next?.resolve();
      return current;
    },
  };
}
