/* What PostgreSQL counts: transactions, bytes of WAL, connections. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';

export interface Reading {
  at: number;
  /** A statement outside of a transaction block is one. */
  transactions: number;
  walBytes: number;
}

/** An idle connection reports what it has done within this time. */
const REPORTED_MS = 11_000;

export const settle = () => delay(REPORTED_MS);

export async function read(database: Client): Promise<Reading> {
  const { rows } = await database.query<{ transactions: string; wal: string }>(
    `select xact_commit + xact_rollback as transactions, pg_current_wal_insert_lsn() - '0/0' as wal
     from pg_stat_database where datname = current_database()`,
  );
  return {
    at: performance.now(),
    transactions: Number(rows[0]!.transactions),
    walBytes: Number(rows[0]!.wal),
  };
}

export const between = (from: Reading, to: Reading) => ({
  seconds: (to.at - from.at) / 1_000,
  transactions: to.transactions - from.transactions,
  walBytes: to.walBytes - from.walBytes,
});

export async function connections(database: Client): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  return rows[0]!.count;
}
