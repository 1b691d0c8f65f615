/* I14: storing an event locks its own day alone; a retention that needs too many locks is refused. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { SESSION_OPTIONS } from '#shared/adapters/database/connection-options.ts';
import { locksFor, mostDays, readLockRoom } from '#shared/adapters/database/days/room.ts';
import { readReceiptRow } from '#shared/adapters/database/run-views/receipt.ts';
import { failBroken } from '#shared/adapters/database/runs/fail-broken.ts';
import { readSupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { statementsOf } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { dayFromNow, daysMade, makeDay } from '../../../../support/database/days.ts';
import { rows } from '../../../../support/database/rows.ts';
import { CLAIM, claimByHand, queueRun } from '../../../../support/database/runs.ts';
import { afterFile } from '../../../../support/file-hooks.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { createStack } from '../../../../support/stack/stack.ts';

let database: Database;
let url: string;
let account: { userId: string; projectId: string };
beforeAll(async () => {
  ({ url } = await createTestDatabase());
  database = connectDatabase({ url, applicationName: 'locks' });
  account = await createOwner(database.sql);
  for (let days = 1; days <= 30; days += 1) await makeDay(database.sql, dayFromNow(-days));
});
afterFile(async () => database[Symbol.asyncDispose]());

const EVERY_RELATION = `select count(*)::int as count from pg_locks
  where pid = pg_backend_pid() and locktype = 'relation'`;
const DAYS_OF_EVENTS = `select count(*)::int as count from pg_locks join pg_inherits on inhrelid = relation
  where pid = pg_backend_pid() and inhparent = 'events'::regclass`;

/** How many relations a new connection has locked after this, in one transaction. */
async function locksOf(work: (sql: Sql) => Promise<unknown>, locked = EVERY_RELATION): Promise<number> {
  const client = new Client({ connectionString: url, options: SESSION_OPTIONS });
  await client.connect();
  try {
    await client.query('begin');
    const within: Sql = { ...statementsOf(client), transaction: (inner) => inner(within) };
    await work(within);
    const { rows: found } = await client.query<{ count: number }>(locked);
    return found[0]!.count;
  } finally {
    await client.end();
  }
}

async function ownedRun() {
  await queueRun(database.sql, account);
  const owner = randomUUID();
  return { owner, ...(await claimByHand(database.sql, owner)) };
}

describe('locks of days', () => {
  it('I14: storing an event locks the partitions of its own day alone', async () => {
    const run = await ownedRun();
    await run.commit(CLAIM);
    const event = `insert into events (run_id, seq, type, payload, at) values ($1, 99, 'x', '{}', clock_timestamp())`;
    expect(await locksOf((sql) => sql.rows(event, [run.run.id]), DAYS_OF_EVENTS)).toBe(1);
  });

  it('a statement about a run locks at most all relations of the days that there are', async () => {
    const run = await ownedRun();
    await run.commit(CLAIM);
    const { id, epoch } = run.run;
    const { ofDay } = await readLockRoom(database.sql);
    const made = (await daysMade(database.sql)).length + 1;
    const besides = await locksOf((sql) =>
      sql.rows('select from runs join users on users.id = runs.user_id'),
    );
    const looks = [
      (sql: Sql) => readLog(sql, id, 0, 100),
      (sql: Sql) => readReceiptRow(sql, id),
      (sql: Sql) => readSupervisedRun(sql, id, { overdueMs: 1_000, byCancel: false }),
      (sql: Sql) => failBroken(sql, { runId: id, owner: run.owner, epoch, error: 'broken' }),
    ];
    for (const look of looks)
      expect(await locksOf(look)).toBeLessThanOrEqual(ofDay * made + 3 * besides + 60);
    expect(await locksOf(looks[0]!)).toBeGreaterThan(made);
  });

  it('the days that a server can hold follow from its settings', async () => {
    const server = await readLockRoom(database.sql);
    const [settings] = await rows<{ locks: string; connections: string }>(
      url,
      `select current_setting('max_locks_per_transaction') as locks, current_setting('max_connections') as connections`,
    );
    expect(server.room).toBe(Number(settings!.locks) * Number(settings!.connections));
    const most = mostDays(server);
    expect(locksFor(most, server)).toBeLessThanOrEqual(server.room);
    expect(locksFor(most + 1, server)).toBeGreaterThan(server.room);
  });

  it('the pages say how many days the defaults of PostgreSQL hold', async () => {
    const { ofDay } = await readLockRoom(database.sql);
    const days = mostDays({ room: 64 * 100, ofDay });
    const each = locksFor(1, { ofDay }) - locksFor(0, { ofDay });
    const configuration = await readFile('docs/configuration.md', 'utf8');
    expect(configuration).toContain(`${each} × (days + 13) of`);
    expect(configuration).toContain(`i.e. ${days} days with its defaults`);
    const partitions = await readFile('docs/decisions/partitions.md', 'utf8');
    expect(partitions).toContain(`at most ${ofDay} × (days + 13) relations`);
    expect(partitions).toContain(`${days} days with the defaults`);
  });

  it('a supervisor refuses a retention that its server cannot hold, and says what would do', async () => {
    const most = mostDays(await readLockRoom(database.sql));
    const stack = await createStack({ databaseUrl: url, accounts: false });
    const refused = stack.launch('supervisor', { GHOSTLY_RETENTION_DAYS: String(most + 1) });
    expect(await refused.exited).toEqual({ code: 2, signal: null });
    const reported = refused.lines.filter((line) => line.includes('GHOSTLY_RETENTION_DAYS'));
    expect(reported).toHaveLength(1);
    expect(reported[0]).toContain('max_locks_per_transaction');
    expect(reported[0]).toContain(`keep runs for ${most} days`);
    const held = await stack.start('supervisor', { GHOSTLY_RETENTION_DAYS: String(most) });
    expect(await held.stop()).toBe(true);
  });
});
