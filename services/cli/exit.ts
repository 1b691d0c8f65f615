import { constants } from 'node:os';

/** What the exit code of every command says: 128 + n after signal n. */
export const EXIT = {
  done: 0,
  /** The run, or a test, failed or was cancelled, or a secret would not open; nothing else ends with it. */
  failed: 1,
  /** Invalid arguments, or an invalid flow. */
  usage: 2,
  /** No gateway answers, or it cannot reach what it needs: the same may go through later. */
  unavailable: 3,
  /** There is no valid key, or it may not do this. */
  denied: 4,
  /** Refused for another reason, not done, or gone wrong. */
  refused: 5,
} as const;

/** What a command says that a signal has ended. */
export const exitOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
