/* The effects in which a run waits for a person, behind the ports of its machine. */
import type { Step } from '#shared/domain/flow/step.ts';
import type { Interrupted, Resumed, StepDone } from '#shared/domain/run/context.ts';
import type { BrowserHold } from '../browser-hold.ts';
import { type effectsBy, reached } from '../timed-effects.ts';
import type { RunAnswers } from './answers.ts';
import type { RunPauses } from './pauses.ts';

export interface PersonDeps {
  hold: BrowserHold;
  answers: Pick<RunAnswers, 'answerTo'>;
  pauses: Pick<RunPauses, 'endOf'>;
  /** The flow has these steps from that one on. */
  editSteps(from: number, steps: readonly Step[]): Promise<void>;
  /** Epoch ms. */
  now(): number;
}

export const personEffects = (
  { hold, answers, pauses, editSteps, now }: PersonDeps,
  { timed, effect }: ReturnType<typeof effectsBy>,
) => ({
  answer: effect<StepDone, { index: number; pauses: number; until: number }>(async ({ input, signal }) => {
    const { index: step, pauses: before, until } = input;
    const [isOver, stop] = personTime(until - now(), signal, hold);
    const isAnswered = await answers.answerTo({ step, pauses: before }, isOver, stop);
    return timed(isAnswered ? { ok: true } : { ok: false, unanswered: true as const });
  }),
  resume: effect<Resumed, { pause: number; until: number }>(async ({ input, signal }) => {
    const [isOver, stop] = personTime(input.until - now(), signal, hold);
    const end = await pauses.endOf(input.pause, isOver, stop);
    if (end?.steps) await editSteps(end.from, end.steps);
    return timed(end && { from: end.from, ...(end.edited && { edited: end.edited }) });
  }),
  yield: effect<Interrupted, { done: number }>(async ({ input }) => {
    // Its signal was raised when its state was left.
    const step = await hold.finished(input.done);
    return timed(step && { step });
  }),
});

/** When the time of a person is over, and what ends the wait for them: a page that is lost needs nobody any more. */
function personTime(leftMs: number, signal: AbortSignal, hold: BrowserHold): [Promise<void>, AbortSignal] {
  const stop = untilGone(signal, hold);
  return [reached(leftMs + LAST_ORDERS_MS, stop), stop];
}

/** Until then an order that was given in time may be stored, by a clock that is not quite the database's. */
const LAST_ORDERS_MS = 250;

const untilGone = (signal: AbortSignal, { gone }: BrowserHold): AbortSignal =>
  gone ? AbortSignal.any([signal, gone]) : signal;
