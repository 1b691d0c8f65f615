import { fromPromise } from 'xstate';
import type { Closed, Interrupted, StepDone } from '#shared/run/context.ts';
import { runMachine } from '#shared/run/machine.ts';
import type { BrowserHold } from './browser-hold.ts';

export interface EffectDeps {
  hold: BrowserHold;
  /** Resolves when everything that the machine did so far is stored and the lease is good for another effect. */
  checkpoint(): Promise<void>;
  /** How long settling may wait for a context to close before it kills the browser, ms. */
  closeMs: number;
  /** Epoch ms. */
  now(): number;
}

/** The run machine with Playwright behind its ports. */
export function provideEffects({ hold, checkpoint, closeMs, now }: EffectDeps) {
  const told = <T extends object>(more?: T) => ({ at: now(), ...more }) as { at: number } & T;
  return runMachine.provide({
    actors: {
      launch: fromPromise(async () => {
        await hold.open();
        return told();
      }),
      checkpoint: fromPromise(async () => {
        await checkpoint();
        return told();
      }),
      step: fromPromise<StepDone, { index: number }>(({ input, signal }) =>
        hold.perform(input.index, signal),
      ),
      interrupted: fromPromise<Interrupted, { done: number }>(async ({ input }) => {
        const step = await hold.interrupted(input.done);
        return told(step && { step });
      }),
      settle: fromPromise<Closed, { failed: boolean }>(async ({ input }) =>
        told(await closeOrKill(hold, input.failed, closeMs)),
      ),
      close: fromPromise<Closed, undefined>(async () =>
        told(await hold.close({ keepVideo: true, reason: 'the run was cancelled' })),
      ),
      kill: fromPromise(async () => {
        await hold.kill();
        return told();
      }),
      deadline: fromPromise<{ at: number }, { at: number }>(({ input, signal }) =>
        reached(input.at - now(), signal).then(() => told()),
      ),
    },
  });
}

async function closeOrKill(
  hold: BrowserHold,
  failed: boolean,
  closeMs: number,
): Promise<{ videoPath?: string }> {
  const timeout = new AbortController();
  const late = reached(closeMs, timeout.signal).then(() => 'late' as const);
  try {
    const closed = await Promise.race([hold.close({ keepVideo: failed, reason: 'the run ended' }), late]);
    if (closed !== 'late') return closed;
    await hold.kill();
    return {};
  } finally {
    timeout.abort();
  }
}

/** Resolves after `ms`; never, once the signal is aborted: nobody listens to a stopped actor. */
function reached(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
