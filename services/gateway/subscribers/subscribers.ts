/*
 * NATS subscribers: clients that sign in to NATS with an API key. Answers the server's sign-in requests, and ends
 * connections and consumers whose rights have ended; keeps I11 and I13 over NATS.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import { openIssuer } from '#shared/adapters/bus/subscribers/issuer.ts';
import { kick } from '#shared/adapters/bus/subscribers/kick.ts';
import { serveSignIns } from '#shared/adapters/bus/subscribers/sign-ins.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { createKeyUse } from '../access/key-use.ts';
import { createAdmit } from './admit.ts';
import { createConnected } from './connected.ts';
import { createLeftovers } from './leftovers.ts';
import { readSubscribers } from './subscriber.ts';

export interface SubscribersDeps {
  sql: Sql;
  bus: Bus;
  /** A separate connection, for durable consumers. */
  consumersBus: Bus;
  /** Per user. */
  maxConsumers: number;
  /** Signs the answers; the server's configuration names its public key. */
  issuerSeed: string;
  log: Log;
  now(): number;
}

/** Runs until disposed. @throws ConfigError for an invalid seed */
export function serveSubscribers(deps: SubscribersDeps): AsyncDisposable {
  const { sql, bus, consumersBus, maxConsumers, issuerSeed, log, now } = deps;
  const issuer = openIssuer(issuerSeed, now);
  const connected = createConnected({
    read: (asked) => readSubscribers(sql, asked),
    end: (connection) => kick(bus, connection),
    log,
    now,
  });
  const onKeyUse = createKeyUse({ sql, log });
  const admit = createAdmit({ sql, consumersBus, maxConsumers, onKeyUse, connected, now });
  const leftovers = createLeftovers({ sql, bus: consumersBus, log });
  const serving = serveSignIns({ bus, issuer, log, admit });
  return {
    async [Symbol.asyncDispose]() {
      serving.stop();
      await Promise.all([connected[Symbol.asyncDispose](), leftovers[Symbol.asyncDispose]()]);
    },
  };
}
