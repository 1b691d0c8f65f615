/* What PostgreSQL counts: statements, transactions, bytes of WAL, connections. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';

export interface Reading {
  at: number;
  /** Statements that services send, `begin` and `commit` included. */
  statements: number;
  transactions: number;
  walBytes: number;
}

/** An idle connection reports what it has done within this time. */
const REPORTED_MS = 11_000;

export const settle = () => delay(REPORTED_MS);

/** Not those of the bench itself. */
const OURS = `query like '%pg_stat_%' or query like 'select count(*)::int as count from runs%'`;

export async function read(database: Client): Promise<Reading> {
  const { rows } = await database.query<{ statements: string; transactions: string; wal: string }>(
    `select (select sum(calls) from bench.pg_stat_statements where dbid = (select oid from pg_database
         where datname = current_database()) and not (${OURS})) as statements,
       xact_commit + xact_rollback as transactions, pg_current_wal_insert_lsn() - '0/0' as wal
     from pg_stat_database where datname = current_database()`,
  );
  return {
    at: performance.now(),
    statements: Number(rows[0]!.statements),
    transactions: Number(rows[0]!.transactions),
    walBytes: Number(rows[0]!.wal),
  };
}

/**
 * The parts of the WAL between two readings, KiB for each of `runs`, largest first. Full pages are images of pages changed
 * for the first time since a checkpoint; the rest was written to tables and each kind of index.
 */
export async function walParts(
  database: Client,
  [from, to]: [Reading, Reading],
  runs: number,
): Promise<string> {
  const { rows } = await database.query<{ what: string; bytes: number }>(
    `with part as (select * from bench.pg_get_wal_stats($1::pg_lsn, $2::pg_lsn))
     select 'full pages' as what, sum(fpi_size)::float8 as bytes from part
     union all select "resource_manager/record_type", record_size::float8 from part where count > 0
     order by bytes desc limit 8`,
    [lsnOf(from), lsnOf(to)],
  );
  return rows.map(({ what, bytes }) => `${what} ${(bytes / 1_024 / runs).toFixed(1)}`).join(', ');
}

/** PostgreSQL's form of a place in the WAL: two numbers of 32 bits. */
const lsnOf = ({ walBytes }: Reading): string =>
  [Math.floor(walBytes / 2 ** 32), walBytes % 2 ** 32].map((half) => half.toString(16)).join('/');

export const between = (from: Reading, to: Reading) => ({
  seconds: (to.at - from.at) / 1_000,
  statements: to.statements - from.statements,
  transactions: to.transactions - from.transactions,
  walBytes: to.walBytes - from.walBytes,
});

/** How many statements like this one were sent since the database was made. */
export async function calls(database: Client, like: string): Promise<number> {
  const { rows } = await database.query<{ calls: number }>(
    `select coalesce(sum(calls), 0)::int as calls from bench.pg_stat_statements
     where query like $1 and query not like '%pg_stat_%'
       and dbid = (select oid from pg_database where datname = current_database())`,
    [like],
  );
  return rows[0]!.calls;
}

/** `direct`: without those of a pooler, which have one name for all. */
export async function connections(database: Client, { direct = false } = {}): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and ($1 or application_name <> 'ghostly')`,
    [!direct],
  );
  return rows[0]!.count;
}
