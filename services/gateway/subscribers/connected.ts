/*
 * The connections that this gateway has let in to NATS. Owns the list and the look that ends those whose key, user or
 * projects have changed since: the client comes back and gets what is right by then, or is refused (I11). Does not own
 * the connections: if this gateway dies, the server ends each one when its time is over.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Subscriber } from '#shared/bus/subscribers/access.ts';
import type { Choice } from '#shared/bus/subscribers/choice.ts';
import type { ConnectionRef } from '#shared/bus/subscribers/claims.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';

interface SubscriberConnection {
  keyId: string;
  /** Those that it asked for. */
  projects: Choice;
  /** As it was at the sign-in. */
  subscriber: Subscriber;
  connection: ConnectionRef;
  /** When the server ends it anyway, ms since the epoch. */
  until: number;
}

export interface Connected extends AsyncDisposable {
  add(connection: SubscriberConnection): void;
}

export interface ConnectedDeps {
  /** What each may hear now, in their order; undefined for keys that are not good any more. */
  read(
    asked: readonly Pick<SubscriberConnection, 'keyId' | 'projects'>[],
  ): Promise<(Subscriber | undefined)[]>;
  end(connection: ConnectionRef): Promise<void>;
  log: Log;
  now(): number;
  everyMs?: number;
}

const EVERY_MS = 2_000;

export function createConnected(deps: ConnectedDeps): Connected {
  const { read, end, log, now, everyMs = EVERY_MS } = deps;
  const connections = new Set<SubscriberConnection>();
  const endedOnce = new WeakSet<SubscriberConnection>();

  const look = async () => {
    for (const connection of connections) if (connection.until < now()) connections.delete(connection);
    if (connections.size === 0) return;
    const listed = [...connections];
    const current = await read(listed);
    const outdated = listed.filter(({ subscriber }, place) => !isDeepStrictEqual(current[place], subscriber));
    // One that cannot be ended now is tried again, and holds up no other. Each is ended twice: at the first time the
    // server may not have had it yet.
    const endings = outdated.map(async (connection) => {
      await end(connection.connection);
      if (endedOnce.has(connection)) connections.delete(connection);
      else endedOnce.add(connection);
    });
    for (const result of await Promise.allSettled(endings))
      if (result.status === 'rejected') throw result.reason;
  };

  // Out of reach, like as not: the next look does it.
  const looks = startLoop(everyMs, look, (error) =>
    log.debug({ err: error }, 'subscribers could not be looked at'),
  );
  return {
    add: (connection) => void connections.add(connection),
    [Symbol.asyncDispose]: () => looks[Symbol.asyncDispose](),
  };
}
