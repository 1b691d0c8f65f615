import type { RunContext } from './context.ts';
import { UNBEGUN } from './states.ts';
import type { OnRunnerLoss } from './status.ts';

/** It was back in the queue before, or parked. */
export const isNotFree = ({ returned, parked }: RunContext): boolean =>
  returned === true || parked !== undefined;

interface Lost {
  state: string;
  /** It has been back in the queue before, since nothing of it had begun. */
  returned: boolean;
  onRunnerLoss: OnRunnerLoss;
  attempt: number;
}

/**
 * Whether a run whose runner is lost is requeued instead of ended, if no cancel is recorded: once for free, where nothing of
 * its flow has begun; and once more, where it asked for that.
 */
export const isRequeued = ({ state, returned, onRunnerLoss, attempt }: Lost): boolean =>
  (UNBEGUN.includes(state) && !returned) || (onRunnerLoss === 'requeue' && attempt === 1);
