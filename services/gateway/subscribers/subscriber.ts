import { createHash } from 'node:crypto';
import type { Subscriber } from '#shared/bus/subscribers/access.ts';
import { findSubscribers, type SubscriberRow } from '#shared/database/accounts/subscribers.ts';
import type { Sql } from '#shared/database/sql.ts';
import { may } from '../access/policy.ts';

/** The keys among these that may read, each as NATS knows it. */
export async function readSubscribers(sql: Sql, keyIds: readonly string[]): Promise<Map<string, Subscriber>> {
  const rows = await findSubscribers(sql, keyIds);
  return new Map(rows.filter(mayRead).map((row) => [row.keyId, subscriberOf(row)]));
}

const mayRead = (row: SubscriberRow): boolean => may(row, 'runs:read') === 'allowed';

const subscriberOf = ({ userId, projectIds, keyHash }: SubscriberRow): Subscriber => ({
  userId,
  projectIds,
  handle: createHash('sha256').update(`nats ${keyHash}`).digest('hex').slice(0, 32),
});
