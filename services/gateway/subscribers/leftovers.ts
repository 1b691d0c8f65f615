/*
 * Deletes durable consumers whose key or user is gone or expired, or that were unused for so long that the stream has
 * nothing left for them. Owns the loop; every gateway runs it. The database has the list; only what is due is read
 * (I14).
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import { removeConsumers } from '#shared/adapters/bus/subscribers/consumers.ts';
import {
  findDueConsumers,
  noteConsumersTaken,
} from '#shared/adapters/database/accounts/subscriber-consumers.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';

export interface LeftoversDeps {
  sql: Sql;
  /** Not the connection that commands and sign-ins use. */
  bus: Bus;
  log: Log;
  everyMs?: number;
  againMs?: number;
}

const EVERY_MS = 2_000;
/** Per round; the next round takes more. */
const MANY = 50;
/** Longer than any sign-in that was in progress when its key was deleted. */
const AGAIN_MS = 60_000;

export function createLeftovers(deps: LeftoversDeps): AsyncDisposable {
  const { sql, bus, log, everyMs = EVERY_MS, againMs = AGAIN_MS } = deps;

  const look = async () => {
    const names = await findDueConsumers(sql, MANY);
    if (names.length === 0) return;
    await removeConsumers(bus, names);
    await noteConsumersTaken(sql, names, againMs);
  };

  // Probably NATS or the database is unreachable: the next round retries.
  return startLoop(everyMs, look, (error) => log.debug({ err: error }, 'could not delete unused consumers'));
}
