import { READERS } from '#shared/adapters/bus/accounts.ts';
import { EVENT_STREAM, subjects } from '#shared/adapters/bus/subjects.ts';
import { type ConsumerPlan, inboxPrefixOf, liveSubjects } from '#shared/adapters/bus/subscribers/access.ts';
import { consumersOf, isTooWide, parseProjects, userOf } from '#shared/adapters/bus/subscribers/choice.ts';
import { countOtherConsumers } from '#shared/adapters/database/accounts/subscriber-consumers.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { readSubscriber } from './subscriber.ts';

export interface SubscriptionDeps {
  sql: Sql;
  /** `host:port` of each NATS server; undefined if there is no access for subscribers. */
  servers: readonly string[] | undefined;
  /** Per user; no limit if undefined. */
  maxConsumers: number | undefined;
}

/** What the calling API key may read over NATS, and how. Not for tokens. */
export const createReadSubscription =
  ({ sql, servers, maxConsumers }: SubscriptionDeps): Handler<'readSubscription'> =>
  async ({ actor, query }) => {
    if (servers === undefined) throw new RequestError('no_subscribers');
    if (actor.keyId === undefined) throw new RequestError('forbidden');
    const projects = (query.projects !== undefined && parseProjects(query.projects)) || 'all';
    const subscriber = await readSubscriber(sql, actor.keyId, projects);
    if (!subscriber) throw new RequestError('unauthorized');
    if (isTooWide(subscriber)) throw new RequestError('subscription_too_wide');
    const plans = consumersOf(subscriber, projects).filter((plan) => plan.subjects.length > 0);
    if (maxConsumers !== undefined) await checkNumber(sql, subscriber.userId, plans, maxConsumers);
    return {
      status: 200,
      body: {
        servers: [...servers],
        live: {
          user: userOf({ durable: false, projects }),
          subjects: liveSubjects(subscriber),
        },
        durable: {
          user: userOf({ durable: true, projects }),
          inboxPrefix: inboxPrefixOf(subscriber),
          stream: EVENT_STREAM,
          queue: READERS,
          consumers: plans.map((plan) => ({
            name: plan.name,
            handsOut: subjects.handedOut(plan.name),
            subjects: [...plan.subjects],
          })),
        },
      },
    };
  };

/** Checked here because a refused sign-in cannot say why. */
async function checkNumber(
  sql: Sql,
  userId: string,
  plans: readonly ConsumerPlan[],
  max: number,
): Promise<void> {
  const names = plans.map(({ name }) => name);
  if ((await countOtherConsumers(sql, userId, names)) + names.length > max)
    throw new RequestError('too_many_consumers');
}
