import type { Closed, Interrupted, Killed, StepDone, Timed } from '#shared/domain/run/context.ts';
import { runMachine } from '#shared/domain/run/machine.ts';
import type { Closing } from '../browser-hold.ts';
import { closeOrKill } from '../close-or-kill.ts';
import { type PersonDeps, personEffects } from './person-effects.ts';
import { effectsBy, reached } from './timed-effects.ts';

export interface EffectDeps extends PersonDeps {
  /** Resolves when the state after `done` steps, and after so many pauses, is stored and the lease is good for another effect. */
  checkpoint(done: number, pauses: number): Promise<void>;
  /** How long settling may wait for a context to close before it kills the browser, ms. */
  closeMs: number;
  /** Whether nothing of the run is to be kept any more. */
  isLost(): boolean;
  /** Whether the cancel is by force. */
  isForced(): boolean;
}

/** The run machine with Playwright behind its ports. */
export function provideEffects(deps: EffectDeps) {
  const { hold, checkpoint, now } = deps;
  const effects = effectsBy(now);
  const { timed, effect } = effects;
  return runMachine.provide({
    actors: {
      launch: effect(async () => {
        await hold.open();
        return timed();
      }),
      checkpoint: effect<Timed, { done: number; pauses: number }>(async ({ input }) => {
        await checkpoint(input.done, input.pauses);
        return timed();
      }),
      step: effect<StepDone, { index: number; pauses: number; begins: boolean }>(
        async ({ input, signal }) => {
          if (input.begins) {
            const done = await hold.perform(input.index, signal);
            if (!done.asks) return done;
            // Kept before the question is published: from then on, losing this runner does not fail the run.
            deps.answers.forget(input.index);
            await deps.parking?.keep(input.index);
            return { ...done, ...timed() };
          }
          await checkpoint(input.index, input.pauses);
          return timed({ ok: true });
        },
      ),
      finish: effect<Interrupted, { done: number }>(async ({ input }) => {
        // Its time is for the step's action.
        hold.skipEvidence();
        const step = await hold.finished(input.done);
        return timed(step && { step });
      }),
      interrupted: effect<Interrupted, { done: number }>(({ input }) =>
        hold.interrupted(input.done).then((step) => timed(step && { step })),
      ),
      cleanup: effect<StepDone, { index: number }>(({ input, signal }) => hold.cleanUp(input.index, signal)),
      ...personEffects(deps, effects),
      ...closingEffects(deps, effects),
      deadline: effect<Timed, { at: number | null }>(({ input, signal }) =>
        reached(input.at === null ? null : input.at - now(), signal).then(() => timed()),
      ),
    },
  });
}

const closingEffects = (
  { hold, closeMs, isLost, isForced, now }: EffectDeps,
  { timed, effect }: ReturnType<typeof effectsBy>,
) => ({
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
});

/** The parts of the grace budget, and of what is left until the context has to be closed, that the last look may take. */
const SHARE = { ofGrace: 0.1, ofLeft: 1 / 3 };

function lookTime(graceMs: number, leftMs: number): Required<Pick<Closing, 'lookMs' | 'isShort'>> {
  const [most, short] = [graceMs * SHARE.ofGrace, leftMs * SHARE.ofLeft];
  return { lookMs: Math.max(1, Math.round(Math.min(most, short))), isShort: short < most };
}
