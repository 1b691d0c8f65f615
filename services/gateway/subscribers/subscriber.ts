import { createHash } from 'node:crypto';
import type { Subscriber } from '#shared/adapters/bus/subscribers/access.ts';
import { type Choice, MAX_PROJECTS } from '#shared/adapters/bus/subscribers/choice.ts';
import {
  type AskedKey,
  findSubscribers,
  type SubscriberRow,
} from '#shared/adapters/database/accounts/subscribers.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { may } from '../access/policy.ts';

/**
 * The keys that may read, as subscribers, in order; undefined for the others. One project more than the limit is
 * read, so that the caller sees that there are too many.
 */
export async function readSubscribers(
  sql: Sql,
  asked: readonly AskedKey[],
): Promise<(Subscriber | undefined)[]> {
  const rows = await findSubscribers(sql, asked, MAX_PROJECTS + 1);
  const found = new Map(rows.filter(mayRead).map((row) => [row.place, subscriberOf(row)]));
  return asked.map((_, place) => found.get(place));
}

export const readSubscriber = async (
  sql: Sql,
  keyId: string,
  projects: Choice,
): Promise<Subscriber | undefined> => (await readSubscribers(sql, [{ keyId, projects }]))[0];

const mayRead = (row: SubscriberRow): boolean => may(row, 'runs:read') === 'allowed';

const subscriberOf = ({ userId, projectIds, keyHash }: SubscriberRow): Subscriber => ({
  userId,
  projectIds,
  handle: createHash('sha256').update(`nats ${keyHash}`).digest('hex').slice(0, 32),
});
