import { GatewayError } from '#shared/api/client/index.ts';
import type { StopSignals } from '#shared/platform/process/stop-signals.ts';

/** How long the parts of what follows a signal may take, ms from that signal on. GitHub leaves 7.5 s in all. */
const WITHIN_MS = { start: 2_000, end: 3_000, state: 4_000, all: 5_000 };
type Part = keyof typeof WITHIN_MS;

/** What time there is once a signal has come: each is aborted when it is over, and all of them by a second signal. Owns the timers. */
export interface StopTimes extends Disposable {
  /** For the answer to the start: a batch that is not known cannot be cancelled. */
  start: AbortSignal;
  /** For the end of the batch, and its cancel. */
  end: AbortSignal;
  /** For how it stands then. */
  state: AbortSignal;
  /** For everything, with the reports. */
  all: AbortSignal;
  /** Its end is not waited for any longer. */
  giveUpEnd(): void;
}

export function timeAfter(stop: StopSignals): StopTimes {
  const parts = Object.keys(WITHIN_MS) as Part[];
  const over = new Map(parts.map((part) => [part, new AbortController()]));
  const timers: ReturnType<typeof setTimeout>[] = [];
  const leave = (part: Part) =>
    over.get(part)!.abort(new GatewayError('unreachable', 'there was no answer in time'));
  const leaveAll = () => parts.forEach(leave);
  let isOver = false;
  stop.forced.addEventListener('abort', leaveAll, { once: true });
  if (stop.forced.aborted) leaveAll();
  void stop.first.then(() => {
    if (!isOver) timers.push(...parts.map((part) => setTimeout(leave, WITHIN_MS[part], part)));
  });
  const signalOf = (part: Part) => over.get(part)!.signal;
  return {
    start: signalOf('start'),
    end: signalOf('end'),
    state: signalOf('state'),
    all: signalOf('all'),
    giveUpEnd: () => leave('end'),
    [Symbol.dispose]() {
      isOver = true;
      timers.forEach(clearTimeout);
      stop.forced.removeEventListener('abort', leaveAll);
    },
  };
}

/** What a signal does to a batch that is followed: it is cancelled, once. */
export interface Interruption extends Disposable {
  /** What the cancel failed with, if a signal has come and it did. */
  failure(): Promise<unknown>;
}

/** Where the cancel fails, its effect is not waited for. */
export function cancelOnStop(
  stop: StopSignals,
  time: StopTimes,
  cancel: (signal: AbortSignal) => Promise<void>,
): Interruption {
  let isOver = false;
  const cancelled = stop.first.then(async () => {
    if (isOver) return;
    try {
      await cancel(time.end);
    } catch (error) {
      time.giveUpEnd();
      return error;
    }
  });
  return {
    failure: async () => (stop.isStopping() ? await cancelled : undefined),
    [Symbol.dispose]() {
      isOver = true;
    },
  };
}

/** The same promise, left behind once the signal is aborted. @throws its reason then */
export async function orLeft<Done>(signal: AbortSignal, work: Promise<Done>): Promise<Done> {
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await Promise.race([left.promise, work]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
