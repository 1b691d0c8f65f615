import { UNBEGUN } from './states.ts';
import type { OnRunnerLoss } from './status.ts';

interface Lost {
  state: string;
  onRunnerLoss: OnRunnerLoss;
  attempt: number;
}

/**
 * Whether a run whose runner is lost starts again instead of ending, if no cancel is recorded: once, where it asked for that
 * or nothing of its flow has begun.
 */
export const startsAgain = ({ state, onRunnerLoss, attempt }: Lost): boolean =>
  attempt === 1 && (onRunnerLoss === 'requeue' || UNBEGUN.includes(state));
