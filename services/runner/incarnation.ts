import { randomUUID } from 'node:crypto';
import type { Config } from '#shared/platform/config/config.ts';
import type { READ_BY } from '#shared/platform/config/services.ts';
import { type Timing, timingOf } from '#shared/platform/config/timing.ts';
import { type Slots, slotsOf } from './slots.ts';

type RunnerConfig = Config<(typeof READ_BY.runner)[number]>;

/** A runner from its start to its end, as the owner of runs. */
export interface Incarnation {
  /** Id of this start of a runner alone: `owner` in the database. */
  id: string;
  /** Name of its connections. */
  name: string;
  config: RunnerConfig;
  timing: Timing;
  slots: Slots;
  /** How long the server may work on a statement that nobody waits for any more. */
  statementTimeoutMs: number;
  /** How long a statement waits for a row. */
  lockTimeoutMs: number;
}

export function createIncarnation(config: RunnerConfig): Incarnation {
  const id = randomUUID();
  const timing = timingOf(config);
  const slots = slotsOf(config.RUNNER_SLOTS);
  const statementTimeoutMs = Math.max(1_000, timing.heartbeat);
  const lockTimeoutMs = Math.max(250, timing.heartbeat / 2);
  return { id, name: `ghostly-runner ${id}`, config, timing, slots, statementTimeoutMs, lockTimeoutMs };
}
