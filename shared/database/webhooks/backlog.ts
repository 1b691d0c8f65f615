import type { Sql } from '../sql.ts';
import { IS_SENT, PENDING } from './pending.ts';

/** What webhooks have yet to be sent: not what those wait for that are disabled, or read. */
export interface Backlog {
  /** Counted up to 10,000. */
  pending: number;
  /** How long the oldest one waits, ms; 0 without one. */
  oldestMs: number;
  /** Webhooks that are disabled because they failed, or were gone. */
  disabled: number;
}

const MOST_COUNTED = 10_000;

export const readBacklog = async (sql: Sql): Promise<Backlog> =>
  (await sql.row<Backlog & Record<string, unknown>>(READ, { most: MOST_COUNTED }))!;

const READ = `
with recursive ${PENDING},
sent as (select webhooks.id from pending join webhooks on webhooks.id = pending.webhook_id where ${IS_SENT})
select (select count(*)::int from (
    select from sent cross join lateral (
      select from webhook_deliveries where webhook_id = sent.id and state = 'pending' order by seq limit :most
    ) as one limit :most) as counted) as pending,
  coalesce((select extract(epoch from clock_timestamp() - min(first.since))::float8 * 1000
    from sent cross join lateral (
      select since from webhook_deliveries where webhook_id = sent.id and state = 'pending' order by seq limit 1
    ) as first), 0) as "oldestMs",
  (select count(*)::int from webhooks where disabled in ('gone', 'failing')) as disabled`;
