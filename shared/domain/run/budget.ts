/**
 * How long each effect of the machine may take, in ms. `finish`, `cleanup`, `close` and `kill` count from the moment the
 * cancel reached the machine: by `kill` the run has left `cancelling`, whatever the page did (I4).
 */
export interface Budget {
  launch: number;
  checkpoint: number;
  /** Added to a step's own timeout, for its evidence and for an effect that does not keep to it. */
  stepSlack: number;
  settle: number;
  /** Time in which an atomic step has to end by itself. */
  finish: number;
  /** Time that the interrupted call may take to return after the abort. */
  abort: number;
  /** Time in which the flow's `onCancel` steps are over. */
  cleanup: number;
  close: number;
  /** Time that the context may take to close after a forced cancel. */
  forcedClose: number;
  kill: number;
}

/**
 * So many leases may a run wait for the commit of a step while its owner renews its lease: a database that is slow must
 * not fail it. If the lease cannot be renewed either, its owner fences it much earlier.
 */
const CHECKPOINT_LEASES = 12;

/** Longer than the evidence of a step takes at most (`services/runner/browser/page/perform.ts`). */
const STEP_SLACK_MS = 5_000;

/** Splits the grace budget of a cancel over its rungs. */
export function budgetOf(options: { graceMs: number; leaseMs: number }): Budget {
  const { graceMs, leaseMs } = options;
  const share = (part: number) => Math.round(graceMs * part);
  return {
    launch: 40_000,
    checkpoint: CHECKPOINT_LEASES * leaseMs,
    stepSlack: STEP_SLACK_MS,
    settle: 10_000,
    finish: share(0.35),
    abort: share(0.15),
    cleanup: share(0.6),
    close: share(0.8),
    forcedClose: share(0.4),
    kill: graceMs,
  };
}
