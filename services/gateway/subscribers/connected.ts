/*
 * The NATS connections that this gateway has admitted. Owns the list and the check that ends those whose key, user or
 * projects have changed: a client reconnects with its current rights, or is refused (I11). The server ends each at
 * its expiry.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Subscriber } from '#shared/adapters/bus/subscribers/access.ts';
import type { Choice } from '#shared/adapters/bus/subscribers/choice.ts';
import type { ConnectionRef } from '#shared/adapters/bus/subscribers/claims.ts';
import { startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';

interface SubscriberConnection {
  keyId: string;
  /** The projects that were requested. */
  projects: Choice;
  /** The subscriber at its sign-in. */
  subscriber: Subscriber;
  connection: ConnectionRef;
  /** When the server ends it anyway, ms since the epoch. */
  until: number;
}

export interface Connected extends AsyncDisposable {
  add(connection: SubscriberConnection): void;
}

export interface ConnectedDeps {
  /** What each may read now, in order; undefined for keys that are no longer valid. */
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
    // One that cannot be ended now is retried, and does not delay the others. Each is ended twice: the first time, the
    // server may not know it yet.
    const endings = outdated.map(async (connection) => {
      await end(connection.connection);
      if (endedOnce.has(connection)) connections.delete(connection);
      else endedOnce.add(connection);
    });
    for (const result of await Promise.allSettled(endings))
      if (result.status === 'rejected') throw result.reason;
  };

  // Probably the database or NATS is unreachable: the next check retries.
  const looks = startLoop(everyMs, look, (error) =>
    log.debug({ err: error }, 'could not check the subscribers'),
  );
  return {
    add: (connection) => void connections.add(connection),
    [Symbol.asyncDispose]: () => looks[Symbol.asyncDispose](),
  };
}
