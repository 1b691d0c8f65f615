/**
 * How long each effect of the machine may take, in ms. `abort`, `close` and `kill` count from the moment the cancel
 * reached the machine: by `kill` the run has left `cancelling`, whatever the page did (I4).
 */
export interface Budget {
  launch: number;
  checkpoint: number;
  /** Added to a step's own timeout, for an effect that does not keep to it. */
  stepSlack: number;
  settle: number;
  abort: number;
  close: number;
  kill: number;
}

/** Splits the grace budget of a cancel over its rungs. `leaseMs` bounds a wait for a commit: a runner fences itself before. */
export function budgetOf(options: { graceMs: number; leaseMs: number }): Budget {
  const { graceMs, leaseMs } = options;
  return {
    launch: 40_000,
    checkpoint: leaseMs,
    stepSlack: 1_000,
    settle: 10_000,
    abort: Math.round(graceMs * 0.3),
    close: Math.round(graceMs * 0.7),
    kill: graceMs,
  };
}
