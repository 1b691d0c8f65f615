/*
 * Owns: this process's handling of SIGINT, SIGTERM and SIGHUP. The first asks to stop, a second forces. `npm start`
 * passes on the signal that a terminal's Ctrl-C has sent already: what follows within a moment is the same request.
 */
export interface StopSignals {
  /** Resolves with the first signal's name. */
  first: Promise<NodeJS.Signals>;
  isStopping: () => boolean;
  /** Aborted by a second signal. */
  forced: AbortSignal;
  force: () => void;
  /** Asks to stop as the first signal does. */
  ask: (signal: NodeJS.Signals) => void;
  dispose: () => void;
}

export const SAME_REQUEST_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type SignalSource = Pick<NodeJS.Process, 'on' | 'off'>;

export const listenForStop = (source: SignalSource, now: () => number): StopSignals => {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  const forced = new AbortController();
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = now();
      resolve(signal);
    } else if (now() - firstAt > SAME_REQUEST_MS) {
      forced.abort();
    }
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return {
    first: promise,
    isStopping: () => firstAt !== undefined,
    forced: forced.signal,
    force: () => forced.abort(),
    ask: (signal) => {
      if (firstAt === undefined) onSignal(signal);
    },
    dispose: () => {
      for (const signal of SIGNALS) source.off(signal, onSignal);
    },
  };
};
