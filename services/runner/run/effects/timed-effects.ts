import { fromPromise } from 'xstate';
import { EffectError } from '#shared/domain/run/context.ts';
import type { StopReason } from '#shared/domain/run/stop-reason.ts';
import { ProfileStale, SecretFailure } from '../../browser/errors.ts';

/** What an effect ends with: its time, also where it fails. */
export function effectsBy(now: () => number) {
  const timed = <T extends object>(more?: T) => ({ at: now(), ...more }) as { at: number } & T;
  const effect = <Output, Input = undefined>(
    work: (given: { input: Input; signal: AbortSignal }) => Promise<Output>,
  ) =>
    fromPromise<Output, Input>((given) =>
      work(given).catch((error: unknown) => {
        throw new EffectError(now(), error, stopReasonOf(error));
      }),
    );
  return { timed, effect };
}

function stopReasonOf(error: unknown): StopReason | undefined {
  if (error instanceof ProfileStale) return 'profile_stale';
  return error instanceof SecretFailure ? 'secrets_unopened' : undefined;
}

/** Resolves after `ms`; never if that is null or the signal is aborted: a stopped actor needs no result. */
export function reached(ms: number | null, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === null) return;
    const timer = setTimeout(resolve, Math.max(0, ms));
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
