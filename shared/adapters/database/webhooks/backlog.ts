import type { Sql } from '../sql.ts';
import { IS_SENT, MAY_BE_TRIED_SINCE, PENDING } from './pending.ts';

/** What webhooks have yet to be sent: not what those wait for that are disabled, or read. */
export interface Backlog {
  /** Counted up to 10,000. */
  pending: number;
  /** For how long the longest due one could have been sent, ms; 0 if none is due, or may be tried now. */
  oldestMs: number;
  /** Webhooks that are disabled because they failed, or were gone. */
  disabled: number;
}

const MOST_COUNTED = 10_000;

export const readBacklog = async (sql: Sql): Promise<Backlog> =>
  (await sql.row<Backlog & Record<string, unknown>>(READ, { most: MOST_COUNTED }))!;

const READ = `
with recursive ${PENDING},
sent as (select webhooks.* from pending join webhooks on webhooks.id = pending.webhook_id where ${IS_SENT})
select (select count(*)::int from (
    select from sent cross join lateral (
      select from webhook_deliveries where webhook_id = sent.id and state = 'pending' order by seq limit :most
    ) as one limit :most) as counted) as pending,
  coalesce((select greatest(0, extract(epoch from clock_timestamp() - min(${MAY_BE_TRIED_SINCE})))::float8 * 1000
    from sent as webhooks cross join lateral (
      select due_at from webhook_deliveries where webhook_id = webhooks.id and state = 'pending' order by due_at limit 1
    ) as first), 0) as "oldestMs",
  (select count(*)::int from webhooks where disabled in ('gone', 'failing')) as disabled`;
