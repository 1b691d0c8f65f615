import { fromPromise } from 'xstate';
import {
  type Closed,
  EffectError,
  type Interrupted,
  type Killed,
  type StepDone,
  type Timed,
} from '#shared/domain/run/context.ts';
import { runMachine } from '#shared/domain/run/machine.ts';
import { SecretFailure } from '../browser/errors.ts';
import type { RunAnswers } from './answers.ts';
import type { BrowserHold, Closing } from './browser-hold.ts';
import { closeOrKill } from './close-or-kill.ts';

export interface EffectDeps {
  hold: BrowserHold;
  answers: Pick<RunAnswers, 'answerTo'>;
  /** Resolves when the state after `done` steps is stored and the lease is good for another effect. */
  checkpoint(done: number): Promise<void>;
  /** How long settling may wait for a context to close before it kills the browser, ms. */
  closeMs: number;
  /** Whether nothing of the run is to be kept any more. */
  isLost(): boolean;
  /** Whether the cancel is by force. */
  isForced(): boolean;
  /** Epoch ms. */
  now(): number;
}

/** The run machine with Playwright behind its ports. */
export function provideEffects({ hold, answers, checkpoint, closeMs, isLost, isForced, now }: EffectDeps) {
  const { timed, effect } = effectsBy(now);
  return runMachine.provide({
    actors: {
      launch: effect(async () => {
        await hold.open();
        return timed();
      }),
      checkpoint: effect<Timed, { done: number }>(async ({ input }) => {
        await checkpoint(input.done);
        return timed();
      }),
      step: effect<StepDone, { index: number; begins: boolean }>(async ({ input, signal }) => {
        if (input.begins) return hold.perform(input.index, signal);
        await checkpoint(input.index);
        return timed({ ok: true });
      }),
      finish: effect<Interrupted, { done: number }>(async ({ input }) => {
        // Its time is for the step's action.
        hold.skipEvidence();
        const step = await hold.finished(input.done);
        return timed(step && { step });
      }),
      interrupted: effect<Interrupted, { done: number }>(async ({ input }) => {
        const step = await hold.interrupted(input.done);
        return timed(step && { step });
      }),
      cleanup: effect<StepDone, { index: number }>(({ input, signal }) => hold.cleanUp(input.index, signal)),
      answer: effect<StepDone, { index: number; until: number }>(async ({ input, signal }) =>
        timed(await answerOf(answers, input.index, input.until - now(), untilGone(signal, hold))),
      ),
      settle: effect<Closed, { failed: boolean }>(async ({ input }) => {
        const keepVideo = input.failed && !isLost();
        const look = keepVideo && lookTime(closeMs, closeMs);
        const closing = { keepVideo, reason: 'the run ended', hasPassed: !input.failed, ...look };
        return timed(await closeOrKill(hold, closing, closeMs));
      }),
      // A forced cancel waits neither for the video, nor for the trace, nor for a last look, not even shortly.
      close: effect<Closed, { until: number }>(async ({ input }) => {
        const forced = isForced();
        const look = forced ? { lookMs: 0 } : lookTime(closeMs, input.until - now());
        const closing = { keepVideo: !forced, ...look };
        return timed(await hold.close({ ...closing, reason: 'the run was cancelled' }));
      }),
      kill: effect<Killed>(async () => timed(await hold.kill())),
      deadline: effect<Timed, { at: number | null }>(({ input, signal }) =>
        reached(input.at === null ? null : input.at - now(), signal).then(() => timed()),
      ),
    },
  });
}

/** A page that is lost needs no answer any more. */
const untilGone = (signal: AbortSignal, { gone }: BrowserHold): AbortSignal =>
  gone ? AbortSignal.any([signal, gone]) : signal;

/** The answer to a step within `leftMs`, or that there is none. */
async function answerOf(
  answers: EffectDeps['answers'],
  index: number,
  leftMs: number,
  signal: AbortSignal,
): Promise<Omit<StepDone, 'at'>> {
  const isOver = reached(leftMs + LAST_ANSWERS_MS, signal);
  return (await answers.answerTo(index, isOver, signal)) ? { ok: true } : { ok: false, unanswered: true };
}

/** Until then an answer that was given in time may be stored, by a clock that is not quite the database's. */
const LAST_ANSWERS_MS = 250;

/** The parts of the grace budget, and of what is left until the context has to be closed, that the last look may take. */
const SHARE = { ofGrace: 0.1, ofLeft: 1 / 3 };

function lookTime(graceMs: number, leftMs: number): Required<Pick<Closing, 'lookMs' | 'isShort'>> {
  const [most, short] = [graceMs * SHARE.ofGrace, leftMs * SHARE.ofLeft];
  return { lookMs: Math.max(1, Math.round(Math.min(most, short))), isShort: short < most };
}

/** What an effect ends with: its time, also where it fails. */
function effectsBy(now: () => number) {
  const timed = <T extends object>(more?: T) => ({ at: now(), ...more }) as { at: number } & T;
  const effect = <Output, Input = undefined>(
    work: (given: { input: Input; signal: AbortSignal }) => Promise<Output>,
  ) =>
    fromPromise<Output, Input>((given) =>
      work(given).catch((error: unknown) => {
        throw new EffectError(now(), error, error instanceof SecretFailure ? 'secrets_unopened' : undefined);
      }),
    );
  return { timed, effect };
}

/** Resolves after `ms`; never if that is null or the signal is aborted: a stopped actor needs no result. */
function reached(ms: number | null, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === null) return;
    const timer = setTimeout(resolve, Math.max(0, ms));
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
