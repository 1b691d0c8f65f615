/* The effects in which a run waits for a person, behind the ports of its machine. */
import type { Interrupted, Resumed, StepDone, StepsInput } from '#shared/domain/run/context.ts';
import type { BrowserHold } from '../browser-hold.ts';
import type { RunAnswers } from '../person/answers.ts';
import type { RunPauses } from '../person/pauses.ts';
import { type effectsBy, reached } from './timed-effects.ts';

export interface PersonDeps {
  hold: BrowserHold;
  answers: Pick<RunAnswers, 'answerTo'>;
  pauses: Pick<RunPauses, 'endOf'>;
  /** A person has edited the steps of the flow, which is stored; resolves with what the machine has to know of them. */
  editSteps(signal: AbortSignal): Promise<StepsInput>;
  /** Epoch ms. */
  now(): number;
}

export const personEffects = (
  { hold, answers, pauses, editSteps, now }: PersonDeps,
  { timed, effect }: ReturnType<typeof effectsBy>,
) => ({
  answer: effect<StepDone, { index: number; pauses: number; until: number }>(async ({ input, signal }) => {
    const { index: step, pauses: before, until } = input;
    using time = personTime(until - now(), signal, hold);
    const isAnswered = await answers.answerTo({ step, pauses: before }, time.isOver, time.stop);
    return timed(isAnswered ? { ok: true } : { ok: false, unanswered: true as const });
  }),
  resume: effect<Resumed, { pause: number; until: number }>(async ({ input, signal }) => {
    using time = personTime(input.until - now(), signal, hold);
    const end = await pauses.endOf(input.pause, time.isOver, time.stop);
    if (!end) return timed();
    hold.forget();
    const { from, order } = end;
    return timed({ from, order, ...(end.edited && { edited: await editSteps(time.stop) }) });
  }),
  yield: effect<Interrupted, { done: number; hasBegun: boolean }>(async ({ input }) => {
    // Its signal was raised when its state was left.
    const step = input.hasBegun ? await hold.finished(input.done) : undefined;
    return timed(step && { step });
  }),
});

interface PersonTime extends Disposable {
  isOver: Promise<void>;
  /** Ends the wait: a page that is lost needs nobody any more. */
  stop: AbortSignal;
}

function personTime(leftMs: number, signal: AbortSignal, { gone }: BrowserHold): PersonTime {
  const done = new AbortController();
  const stop = AbortSignal.any([signal, ...(gone ? [gone] : [])]);
  return {
    isOver: reached(leftMs + LAST_ORDERS_MS, AbortSignal.any([stop, done.signal])),
    stop,
    [Symbol.dispose]: () => done.abort(),
  };
}

/** Until then an order that was given in time may be stored, by a clock that is not quite the database's. */
const LAST_ORDERS_MS = 250;
