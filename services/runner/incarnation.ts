import { randomUUID } from 'node:crypto';
import type { Config } from '#shared/platform/config/config.ts';
import type { READ_BY } from '#shared/platform/config/services.ts';
import { type Timing, timingOf } from '#shared/platform/config/timing.ts';
import { type PrivateKeys, readPrivateKeys } from '#shared/platform/seal/keys.ts';
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
  /** How long the server may work on a statement whose caller has given up. */
  statementTimeoutMs: number;
  /** How long a statement waits for a row. */
  lockTimeoutMs: number;
  /** Undefined: it opens nothing of the vault. */
  sealKeys: PrivateKeys | undefined;
}

export async function createIncarnation(config: RunnerConfig): Promise<Incarnation> {
  const id = randomUUID();
  const timing = timingOf(config);
  const slots = slotsOf(config.RUNNER_SLOTS);
  const statementTimeoutMs = Math.max(1_000, timing.heartbeat);
  const lockTimeoutMs = Math.max(250, timing.heartbeat / 2);
  const { GHOSTLY_SEAL_KEY: key } = config;
  const sealKeys = key === undefined ? undefined : await readPrivateKeys(key);
  const limits = { statementTimeoutMs, lockTimeoutMs };
  return { id, name: `ghostly-runner ${id}`, config, timing, slots, sealKeys, ...limits };
}
