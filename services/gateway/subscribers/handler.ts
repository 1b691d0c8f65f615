import { DURABLE_USER, JETSTREAM_DOMAIN } from '#shared/bus/accounts.ts';
import { EVENT_STREAM } from '#shared/bus/subjects.ts';
import { consumersOf, inboxPrefixOf, liveSubjects } from '#shared/bus/subscribers/access.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import { readSubscribers } from './subscriber.ts';

export interface SubscriptionDeps {
  sql: Sql;
  /** `host:port` of each server of NATS; undefined if subscribers are not let in. */
  servers: readonly string[] | undefined;
}

/** What the calling key may hear over NATS, and how to get at it. A token has no part in it. */
export const createReadSubscription =
  ({ sql, servers }: SubscriptionDeps): Handler<'readSubscription'> =>
  async ({ actor }) => {
    if (servers === undefined) throw new RequestError('no_subscribers');
    if (actor.keyId === undefined) throw new RequestError('forbidden');
    const subscriber = (await readSubscribers(sql, [actor.keyId])).get(actor.keyId);
    if (!subscriber) throw new RequestError('unauthorized');
    return {
      status: 200,
      body: {
        servers: [...servers],
        live: { subjects: liveSubjects(subscriber) },
        durable: {
          user: DURABLE_USER,
          inboxPrefix: inboxPrefixOf(subscriber),
          domain: JETSTREAM_DOMAIN,
          stream: EVENT_STREAM,
          consumers: consumersOf(subscriber)
            .filter(({ subjects }) => subjects.length > 0)
            .map(({ name, subjects }) => ({ name, subjects: [...subjects] })),
        },
      },
    };
  };
