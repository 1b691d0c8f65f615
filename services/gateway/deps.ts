import type { Database } from '#shared/database/connect.ts';
import type { Log } from '#shared/process/log.ts';
import type { Handlers } from './call.ts';

export interface GatewayConfig {
  jwtSecret: string;
  /** Grace budget of a cancel, ms. */
  graceMs: number;
  leaseMs: number;
  /** How long a run may wait for a runner, ms. */
  queueTimeoutMs: number;
  /** Holds one folder per run. */
  artifactsDir: string;
  /** Origins that browsers may call from; `*` is any. */
  corsOrigins: readonly string[];
  version: string;
  /** Shown by ping, e.g. `production`. */
  env: string;
}

export interface GatewayDeps {
  database: Database;
  config: GatewayConfig;
  log: Log;
  /** Tells runners that a run is waiting. Never awaited by an answer, and may fail. */
  ring(): Promise<void>;
  /** What has to be within reach for `/ready`, by name: true if it is. */
  checks: Record<string, () => Promise<boolean>>;
  /** Cancelling and streaming, which need more than the database. */
  handlers: Pick<Handlers, 'cancelRun' | 'streamRun'>;
  now?: () => Date;
}
