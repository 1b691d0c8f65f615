/* The effects in which a run waits for a person, behind the ports of its machine. */
import type {
  Interrupted,
  Resumed,
  Sealed,
  StepDone,
  StepsInput,
  Timed,
} from '#shared/domain/run/context.ts';
import type { BrowserHold } from '../browser-hold.ts';
import { closeOrKill } from '../close-or-kill.ts';
import type { Parking } from '../kept/parking.ts';
import type { RunAnswers } from '../person/answers.ts';
import type { RunPauses } from '../person/pauses.ts';
import { type effectsBy, reached } from './timed-effects.ts';

export interface PersonDeps {
  hold: BrowserHold;
  answers: Pick<RunAnswers, 'answerTo' | 'forget'>;
  pauses: Pick<RunPauses, 'endOf'>;
  /** Undefined: what the run needs to go on elsewhere cannot be kept here. */
  parking: Pick<Parking, 'keep'> | undefined;
  /** Resolves when the runner shuts down. */
  leaving: Promise<void>;
  /** How long it may wait for a context to close before it kills the browser, ms. */
  closeMs: number;
  /** A person has edited the steps of the flow, which is stored; resolves with what the machine has to know of them. */
  editSteps(signal: AbortSignal): Promise<StepsInput>;
  /** Epoch ms. */
  now(): number;
}

export const personEffects = (
  { hold, answers, pauses, editSteps, parking, leaving, closeMs, now }: PersonDeps,
  { timed, effect }: ReturnType<typeof effectsBy>,
) => ({
  answer: effect<StepDone, { index: number; pauses: number; until: number }>(async ({ input, signal }) => {
    const { index: step, pauses: before, until } = input;
    using time = personTime(until - now(), signal, hold);
    const isAnswered = await answers.answerTo({ step, pauses: before }, time.isOver, time.stop);
    return timed(isAnswered ? { ok: true } : { ok: false, unanswered: true as const });
  }),
  resume: effect<Resumed, { pause: number; done: number; until: number }>(async ({ input, signal }) => {
    void parking?.keep(input.done);
    using time = personTime(input.until - now(), signal, hold);
    const end = await pauses.endOf(input.pause, time.isOver, time.stop);
    if (!end) return timed();
    hold.forget();
    const { from, order } = end;
    return timed({ from, order, ...(end.edited && { edited: await editSteps(time.stop) }) });
  }),
  seal: effect<Sealed, { done: number; at: number | null }>(async ({ input: { done, at }, signal }) => {
    const why = await Promise.race([
      reached(at === null ? null : at - now(), signal).then(() => 'waited' as const),
      leaving.then(() => 'drained' as const),
    ]);
    // Without a key it stays until its time is over.
    return timed({ why, isKept: signal.aborted || !parking ? false : await parking.keep(done) });
  }),
  park: effect<Timed>(async () =>
    timed(await closeOrKill(hold, { keepVideo: false, reason: 'the run is parked' }, closeMs)),
  ),
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
