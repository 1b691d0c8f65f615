import { apiSubjects } from '../accounts.ts';
import type { Bus } from '../bus.ts';
import { BusError } from '../errors.ts';
import type { ConnectionRef } from './claims.ts';

const WITHIN_MS = 2_000;

/**
 * Ends a connection; its client reconnects and has to sign in again. A connection that is gone already, perhaps with
 * its server, is no error. Rejects with `BusError`.
 */
export async function kick(bus: Bus, { serverId, id }: ConnectionRef): Promise<void> {
  await bus.request(apiSubjects.kick(serverId), { cid: id }, WITHIN_MS).catch((error: unknown) => {
    if (!(error instanceof BusError && error.code === 'no_responders')) throw error;
  });
}
