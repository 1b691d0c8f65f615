import { setTimeout as delay } from 'node:timers/promises';
import type { Step } from '#shared/domain/flow/step.ts';
import type { PerformedStep } from './perform.ts';

export interface Try {
  isFirst: boolean;
  /** A failure of it is the step's. */
  isLast: boolean;
}

/** Tries a step as often as it says, until one try is done, or `stop` is aborted. */
export async function inTries(
  { retry: { times, delayMs } = { times: 0, delayMs: 0 } }: Step,
  stop: AbortSignal,
  perform: (aTry: Try) => Promise<PerformedStep>,
): Promise<PerformedStep> {
  for (let attempts = 1; ; attempts += 1) {
    const isLast = attempts > times;
    const outcome = await perform({ isFirst: attempts === 1, isLast });
    if (outcome.ok || isLast) return { ...outcome, ...(attempts > 1 && { attempts }) };
    // The next try says why it cannot be done.
    await delay(delayMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
