import type { CancelSource, Status } from './status.ts';

/**
 * How a run ended. `cancelled`: its end was asked for, even if its runner was lost after that; `lost`: its runner was
 * lost, and its end was not asked for. The status of both is `fail`.
 */
export const OUTCOMES = ['pass', 'fail', 'cancelled', 'lost'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A run as the API shows it, as far as its outcome depends on it. */
export interface Judged {
  status: Status;
  /** `requestedAt` is absent if nobody asked for the end. */
  cancel?: { source?: CancelSource; requestedAt?: string | undefined } | undefined;
}

/** Undefined while the run is not final. */
export function outcomeOf({ status, cancel }: Judged): Outcome | undefined {
  if (status === 'running' || status === 'cancelling') return undefined;
  if (status === 'pass' || cancel === undefined) return status;
  return cancel.requestedAt === undefined ? 'lost' : 'cancelled';
}

/** The payload of a `run_end`, as far as the outcome depends on it. */
interface JudgedEnd {
  status: 'pass' | 'fail';
  cancelled?: boolean | undefined;
  source?: CancelSource | (string & {}) | undefined;
}

/** The same from the last event of a run: the supervisor ends on its own account only what has lost its runner. */
export function outcomeOfEnd({ status, cancelled, source }: JudgedEnd): Outcome {
  if (!cancelled) return status;
  return source === 'supervisor' ? 'lost' : 'cancelled';
}
