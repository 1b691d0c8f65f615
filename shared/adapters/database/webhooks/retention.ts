import { orphanOf } from '../orphan.ts';
import type { Sql } from '../sql.ts';

const PAGE = 500;

/**
 * Deletes old deliveries, and those of deleted webhooks, some at a time. Whether there may be more.
 */
export async function forgetDeliveries(sql: Sql, days: number): Promise<boolean> {
  const deleted = await sql.rows(FORGET, { days, limit: PAGE });
  return deleted.length === PAGE;
}

const FORGET = `
delete from webhook_deliveries where id in (
  select id from webhook_deliveries where at < (select clock_timestamp() - :days::float8 * interval '1 day')
  order by at limit :limit for update skip locked)
returning id`;

/** Deletes what is left of webhooks that were deleted; of one webhook at a time. Whether there may be more. */
export async function forgetOrphans(sql: Sql): Promise<boolean> {
  return (await sql.rows(FORGET_ORPHANS, { limit: PAGE })).length > 0;
}

const FORGET_ORPHANS = `
with ${orphanOf({ table: 'webhook_deliveries', column: 'webhook_id', owners: 'webhooks' })}
delete from webhook_deliveries where id in (
  select id from webhook_deliveries where webhook_id = (select webhook_id from orphan)
  order by state, seq limit :limit for update skip locked)
returning id`;

/** How long the messages of a webhook may go unread that is not sent any, before it counts as left. */
const UNREAD = `interval '1 hour'`;

/** Deletes webhooks whose messages nobody reads any more. */
export async function forgetUnread(sql: Sql): Promise<void> {
  await sql.rows(`delete from webhooks where url is null and read_at < clock_timestamp() - ${UNREAD}`);
}
