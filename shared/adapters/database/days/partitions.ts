import { addDays, type Day, firstIdOf } from '#shared/domain/run/day.ts';

/** The tables whose rows are in partitions by the day of their run. */
export const IN_DAYS = ['events', 'steps', 'status_changes', 'secret_uses', 'page_states'] as const;
export type InDays = (typeof IN_DAYS)[number];

export const partitionOf = (table: InDays, day: Day): string => `${table}_${day.replaceAll('-', '')}`;

/** Table of the rows whose run has no day, or one without a partition. */
export const otherOf = (table: InDays): string => `${table}_other`;

/** The ids at or above the first, and below the second. */
export const idsOf = (first: Day, last: Day = first): [string, string] => [
  firstIdOf(first),
  firstIdOf(addDays(last, 1)),
];

/** A statement with the partitions of days that `table`, an expression, has: `day`, as in {@link Day}. */
export const daysOf = (table: string): string => `
select to_char(to_date(right(relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') as day
from pg_inherits join pg_class on pg_class.oid = inhrelid
where inhparent = (${table})::regclass and relname ~ '_[0-9]{8}$'`;

/** Today, by the database's clock. */
export const TODAY = `to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD')`;
