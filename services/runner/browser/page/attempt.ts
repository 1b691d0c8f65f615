import { setImmediate as nextTurn } from 'node:timers/promises';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { StepTimeout } from '../errors.ts';
import { arrivedIsRead, deadline, raceSignal } from '../race.ts';
import { NotYet } from '../results/look-until.ts';
import { type ActContext, type ActingStep, act, type StepFindings } from './act.ts';

/** How long after its timeout a call may still report what it was waiting for; on a busy machine this comes late. */
const LAST_WORD_MS = 150;
/** How long an aborted call may take to return by itself before only closing the context ends it. */
const ABORT_PATIENCE_MS = 5;

export interface AttemptTime {
  /** Budget of the step, which a failure names. */
  budget: number;
  /** Limit of the action alone. */
  limit: number;
}

/** Performs the action of a step; ends when its time is over or `stop` is aborted, whatever the page does (I4). */
export async function attempt(
  step: ActingStep,
  context: Omit<ActContext, 'signal' | 'timeout'>,
  stop: AbortSignal,
  { budget, limit }: AttemptTime,
): Promise<StepFindings> {
  const begun = performance.now();
  // Playwright counts from when it gets the call: what holds up the runner as the step begins is to be over by then.
  await nextTurn();
  stop.throwIfAborted();
  const left = limit - (performance.now() - begun);
  if (left <= 0) throw new StepTimeout(budget);
  // Playwright's own timeout comes first: it knows what the call was waiting for.
  const timeout = Math.max(1, left - Math.min(20, left / 20));
  using cut = deadline(left + LAST_WORD_MS, () => new StepTimeout(budget), arrivedIsRead);
  const signal = AbortSignal.any([stop, cut.signal]);
  const call = act(step, { ...context, signal, timeout });
  try {
    return await raceSignal(call, signal);
  } catch (error) {
    const hasEnded = await settlesWithin(call, ABORT_PATIENCE_MS);
    // What comes too late to be heard of in time still knows what was missing.
    if (hasEnded && cut.signal.aborted && !stop.aborted)
      await call.catch((last: unknown) => {
        if (last instanceof NotYet) throw last;
      });
    throw error;
  }
}
