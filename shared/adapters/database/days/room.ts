/*
 * How many days of runs a server can hold. A statement that reads a run's records locks the partitions of all days, and
 * their indexes while it is planned; PostgreSQL's table of locks has a fixed size (decisions/partitions.md).
 */
import type { Sql } from '../sql.ts';
import { AHEAD_DAYS } from './keep.ts';
import { IN_DAYS, otherOf } from './partitions.ts';

export interface LockRoom {
  /** How many locks the server has room for, in all. */
  room: number;
  /** So many connections share it. */
  connections: number;
  /** How many relations a day has, i.e. locks that a statement takes for it at most. */
  ofDay: number;
}

/** What has no partition of its day has the same relations. */
const OTHERS = IN_DAYS.map((table) => `'${otherOf(table)}'::regclass`).join(', ');

export const readLockRoom = async (sql: Sql): Promise<LockRoom> =>
  (await sql.row<LockRoom & Row>(READ_ROOM))!;
type Row = Record<string, unknown>;

const READ_ROOM = `
select current_setting('max_locks_per_transaction')::int * connections as room, connections,
  ${IN_DAYS.length} + (select count(*)::int from pg_index where indrelid in (${OTHERS})) as "ofDay"
from (select current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int as connections) as server`;

/** So many statements are planned at the same moment, at least: at one of each kind of process, and one more. */
const AT_ONCE = 4;
/** Besides those that are kept: today, the one that is being deleted, what has no day, and those made ahead. */
const MORE_DAYS = 3 + AHEAD_DAYS;

/** How many locks must be possible for so many days of retention. */
export const locksFor = (days: number, { ofDay }: Pick<LockRoom, 'ofDay'>): number =>
  AT_ONCE * ofDay * (Math.ceil(days) + MORE_DAYS);

/** The most days of retention for which there is room. */
export const mostDays = ({ room, ofDay }: Pick<LockRoom, 'room' | 'ofDay'>): number =>
  Math.floor(room / (AT_ONCE * ofDay)) - MORE_DAYS;
