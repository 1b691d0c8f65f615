/*
 * Takes the durable consumers away whose key or user is gone, has expired, or has not signed in for so long that nothing
 * is left to hand out. Owns the look; any gateway does any of it, so it makes no difference which one is alive. Does not
 * own the list of consumers, which is in the database (I14: only what is due is read).
 */
import type { Bus } from '#shared/bus/bus.ts';
import { removeConsumers } from '#shared/bus/subscribers/consumers.ts';
import { findDueConsumers, noteConsumersTaken } from '#shared/database/accounts/subscriber-consumers.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';

export interface LeftoversDeps {
  sql: Sql;
  /** Not the one that commands and sign-ins go over. */
  bus: Bus;
  log: Log;
  everyMs?: number;
  againMs?: number;
}

const EVERY_MS = 2_000;
/** At once; the next look takes more. */
const MANY = 50;
/** A sign-in that was under way when its key was deleted has long ended by then. */
const AGAIN_MS = 60_000;

export function createLeftovers(deps: LeftoversDeps): AsyncDisposable {
  const { sql, bus, log, everyMs = EVERY_MS, againMs = AGAIN_MS } = deps;

  const look = async () => {
    const names = await findDueConsumers(sql, MANY);
    if (names.length === 0) return;
    await removeConsumers(bus, names);
    await noteConsumersTaken(sql, names, againMs);
  };

  // NATS or the database is out of reach, like as not: the next look does it.
  return startLoop(everyMs, look, (error) => log.debug({ err: error }, 'consumers could not be taken away'));
}
