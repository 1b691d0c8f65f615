/*
 * Work that runs one at a time: calls during a run are answered together by one more, which begins after it, or when
 * it is time to try again. Owns the run under way and the timer of the next. For Node and browsers.
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

/** The ms until it runs again by itself; nothing: only when it is asked to. */
// biome-ignore lint/suspicious/noConfusingVoidType: work that returns nothing is work, too
export type RunsAgain = number | void;

interface Outcome {
  inMs: RunsAgain;
  isRetry: boolean;
}

interface State {
  work: () => Promise<RunsAgain>;
  onError: (error: unknown) => number | undefined;
  alarm: Alarm;
  running: boolean;
  closed: boolean;
  /** The run under way, or the last one. */
  current: Promise<void>;
  /** What was asked for since the run under way began. */
  next?: PromiseWithResolvers<void> | undefined;
  nextInMs?: number | undefined;
}

/** `onError` takes what the work rejected with, and says when to try again, ms; undefined: not by itself. */
export function createSerialTask(
  work: () => Promise<RunsAgain>,
  onError: (error: unknown) => number | undefined,
): SerialTask {
  const alarm = createAlarm(() => void begin(task));
  const task: State = { work, onError, alarm, running: false, closed: false, current: Promise.resolve() };

  return {
    get running() {
      return task.running;
    },
    run() {
      if (task.closed) return task.current;
      if (!task.running) return begin(task);
      task.next ??= Promise.withResolvers();
      return task.next.promise;
    },
    runIn(ms) {
      if (task.closed) return;
      if (task.running) task.nextInMs = Math.min(ms, task.nextInMs ?? ms);
      else alarm.within(ms);
    },
    close() {
      task.closed = true;
      alarm.off();
      if (!task.running) task.next?.resolve();
      return task.current;
    },
  };
}

function begin(task: State): Promise<void> {
  task.alarm.off();
  task.nextInMs = undefined;
  task.running = true;
  const asked = task.next;
  task.next = undefined;
  task.current = turn(task);
  if (asked) void task.current.then(asked.resolve);
  return task.current;
}

async function turn(task: State): Promise<void> {
  let outcome: Outcome = { inMs: undefined, isRetry: false };
  try {
    outcome = await attempt(task);
  } finally {
    // Also where `onError` throws: that becomes a rejection, and the task goes on.
    task.running = false;
    goOn(task, outcome);
  }
}

async function attempt({ work, onError }: State): Promise<Outcome> {
  try {
    return { inMs: await work(), isRetry: false };
  } catch (error) {
    const inMs = onError(error);
    return { inMs, isRetry: inMs !== undefined };
  }
}

function goOn(task: State, { inMs, isRetry }: Outcome): void {
  const { closed, next, nextInMs, alarm } = task;
  if (closed) next?.resolve();
  else if (next && !isRetry) void begin(task);
  else for (const ms of isRetry ? [inMs] : [inMs, nextInMs]) if (ms !== undefined) alarm.within(ms);
}

interface Alarm {
  /** Rings in `ms` at the latest. */
  within(ms: number): void;
  off(): void;
}

function createAlarm(ring: () => void): Alarm {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Number.POSITIVE_INFINITY;
  return {
    within(ms) {
      const at = performance.now() + ms;
      if (at >= due) return;
      clearTimeout(timer);
      due = at;
      timer = setTimeout(ring, ms);
    },
    off() {
      clearTimeout(timer);
      due = Number.POSITIVE_INFINITY;
    },
  };
}
