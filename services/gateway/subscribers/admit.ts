import { isDeepStrictEqual } from 'node:util';
import { DURABLE_USER } from '#shared/bus/accounts.ts';
import type { Bus } from '#shared/bus/bus.ts';
import { consumersOf, durableGrant, liveGrant, type Subscriber } from '#shared/bus/subscribers/access.ts';
import type { Admission, SignIn } from '#shared/bus/subscribers/claims.ts';
import { prepareConsumers } from '#shared/bus/subscribers/consumers.ts';
import type { Refusal } from '#shared/bus/subscribers/sign-ins.ts';
import type { Sql } from '#shared/database/sql.ts';
import { actorOfKey } from '../access/authenticate.ts';
import { may } from '../access/policy.ts';
import type { Connected } from './connected.ts';
import { readSubscribers } from './subscriber.ts';

export interface AdmitDeps {
  sql: Sql;
  bus: Bus;
  /** Called when it is time to note that a key is in use. */
  onKeyUse(keyId: string): void;
  connected: Connected;
  /** Ms since the epoch. */
  now(): number;
}

/** How long a connection lasts if no gateway lives to end it earlier, ms. Its client comes back by itself. */
export const LASTS_MS = 5 * 60_000;

/** Lets an API key in that may read runs, to its own events and those of its user's projects (I11). */
export const createAdmit =
  ({ sql, bus, onKeyUse, connected, now }: AdmitDeps) =>
  async (signIn: SignIn): Promise<Admission | Refusal> => {
    const actor = await actorOfKey({ sql, onKeyUse }, signIn.secret);
    if (actor?.keyId === undefined) return { refused: 'unauthorized' };
    if (may(actor, 'runs:read') !== 'allowed') return { refused: 'forbidden' };
    const { keyId } = actor;
    const read = async () => (await readSubscribers(sql, [keyId])).get(keyId);
    const isDurable = signIn.user === DURABLE_USER;
    const subscriber = isDurable ? await prepared(bus, read) : await read();
    if (!subscriber) return { refused: 'unauthorized' };

    const until = Math.min(now() + LASTS_MS, actor.until?.getTime() ?? Number.POSITIVE_INFINITY);
    connected.add({ keyId, subscriber, connection: signIn.connection, until });
    return { grant: (isDurable ? durableGrant : liveGrant)(subscriber), name: keyId, until };
  };

/** Changes of rights that come one after the other while somebody signs in. */
const MAX_CHANGES = 3;

/**
 * The subscriber, whose consumers are as its rights were after they had been prepared: of two sign-ins at once, the one
 * that has read the older rights may be the last to prepare.
 */
async function prepared(
  bus: Bus,
  read: () => Promise<Subscriber | undefined>,
): Promise<Subscriber | undefined> {
  let subscriber = await read();
  for (let changes = 0; subscriber && changes <= MAX_CHANGES; changes += 1) {
    await prepareConsumers(bus, consumersOf(subscriber));
    const current = await read();
    if (isDeepStrictEqual(current, subscriber)) return subscriber;
    subscriber = current;
  }
  if (subscriber) throw new Error('the rights of a subscriber change too fast');
  return undefined;
}
