import type { Sql } from '../sql.ts';

/** What webhooks have yet to be told. */
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
select (select count(*)::int from (select from webhook_deliveries where state = 'pending' limit :most) as counted) as pending,
  coalesce((select extract(epoch from clock_timestamp() - at)::float8 * 1000
    from webhook_deliveries where state = 'pending' order by at limit 1), 0) as "oldestMs",
  (select count(*)::int from webhooks where disabled in ('gone', 'failing')) as disabled`;
