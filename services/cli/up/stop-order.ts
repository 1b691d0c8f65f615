import type { Keeper } from './keeper.ts';

/** Groups that stop one after the other, each with the time in ms its members get together. */
export interface StopStep {
  keepers: readonly Keeper[];
  withinMs: number;
}

const GATEWAY_MS = 2_500;
const RUNNER_CLOSE_MS = 4_000;
const SUPERVISOR_MS = 1_000;
const NATS_MS = 700;
const POSTGRES_MS = 1_500;

export interface StackKeepers {
  gateways: readonly Keeper[];
  runners: readonly Keeper[];
  supervisors: readonly Keeper[];
  nats: readonly Keeper[];
  postgres: readonly Keeper[];
}

/**
 * gateway → runners → supervisor → NATS → PostgreSQL: nothing is accepted while runs drain, and what a process writes
 * to outlives it. With the default drain (10 s) all steps end within 20 s.
 */
export const stopOrder = (keepers: StackKeepers, drainMs: number): StopStep[] => [
  { keepers: keepers.gateways, withinMs: GATEWAY_MS },
  { keepers: keepers.runners, withinMs: drainMs + RUNNER_CLOSE_MS },
  { keepers: keepers.supervisors, withinMs: SUPERVISOR_MS },
  { keepers: keepers.nats, withinMs: NATS_MS },
  { keepers: keepers.postgres, withinMs: POSTGRES_MS },
];

/** Stops step by step; once `forced` is aborted, whatever is left is killed, still in this order. */
export const stopInOrder = async (steps: readonly StopStep[], forced: AbortSignal): Promise<void> => {
  for (const { keepers, withinMs } of steps) {
    const kill = () => {
      for (const keeper of keepers) keeper.kill();
    };
    if (forced.aborted) kill();
    else forced.addEventListener('abort', kill, { once: true });
    await Promise.all(keepers.map((keeper) => keeper.stop(withinMs)));
    forced.removeEventListener('abort', kill);
  }
};
