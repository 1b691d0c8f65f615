/*
 * npm run bench:claim: what a claim, an accepted run and a commit cost with much stored and much waiting, as medians, and
 * how many times that is what they cost with nothing. In a PostgreSQL that is thrown away; nothing is synced to disk.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { SESSION_OPTIONS } from '#shared/database/connect.ts';
import { migrate } from '#shared/database/migrate.ts';
import { claimNext, findLostClaims } from '#shared/database/runs/claim.ts';
import { findSweepable, SWEEPS } from '#shared/database/runs/finalise.ts';
import { createSql, type Sql } from '#shared/database/sql.ts';
import { startPostgres } from '#shared/local/postgres.ts';
import { createOwner } from '../support/accounts.ts';
import { behindKey, finished, waiting, waitingUsers } from '../support/many-queued.ts';
import { CLAIM, claimByHand, queueRun } from '../support/runs.ts';
import { median, timed } from './median.ts';

const ROUNDS = 60;
const MOST = Number(process.argv[2] ?? 1_000_000);

type Account = Awaited<ReturnType<typeof createOwner>>;
/** Each on top of those before it: what is stored and what waits stays. */
const STEPS: [string, (sql: Sql, account: Account) => Promise<unknown>][] = [
  ['nothing else', async () => undefined],
  ['100,000 finished runs', (sql, account) => finished(sql, account, 100_000)],
  [`${MOST.toLocaleString('en')} finished runs`, (sql, account) => finished(sql, account, MOST - 100_000)],
  ['and 100,000 behind a held key', (sql, account) => behindKey(sql, account, 100_000)],
  ['and 250,000 more behind another', async (sql) => behindKey(sql, await createOwner(sql), 250_000)],
  ['and 100,000 of a full project', (sql, account) => waiting(sql, account, 100_000)],
  ['and 1,000 waiting users', (sql, account) => waitingUsers(sql, account, 1_000)],
];

const folder = await mkdtemp(join(tmpdir(), 'ghostly-bench-'));
await chmod(folder, 0o711);
const postgres = await startPostgres({ dataDir: join(folder, 'data'), durable: false });
const pool = new Pool({ connectionString: postgres.url, max: 1, options: SESSION_OPTIONS });
// The server may end the connection before its own end is through.
pool.on('error', () => undefined);
try {
  await migrate(postgres.url);
  await measureAll(createSql(pool));
} finally {
  await pool.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measureAll(sql: Sql): Promise<void> {
  const [heavy, light] = [await createOwner(sql), await createOwner(sql)];
  let first: Record<string, number> | undefined;
  for (const [name, fill] of STEPS) {
    await fill(sql, heavy);
    await pool.query('vacuum analyze');
    const now = await measure(sql, light);
    first ??= now;
    const cells = Object.entries(now).map(([what, ms]) => {
      return `${what} ${ms.toFixed(2)} ms (×${(ms / first![what]!).toFixed(2)})`;
    });
    console.log(`${name}: ${cells.join(', ')}`);
  }
}

async function measure(sql: Sql, account: Account): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  const note = async (what: string, work: () => Promise<unknown>) => {
    times[what] ??= [];
    times[what].push(await timed(work));
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const owner = randomUUID();
    await note('accept', () => queueRun(sql, account));
    await note('accept with a key', () => queueRun(sql, account, { concurrencyKey: randomUUID() }));
    await note('claim', () => claimNext(sql, owner, 60_000));
    await note('claim with limits', () => claimNext(sql, owner, 60_000, { perUser: 1_000, perProject: 1 }));
    await queueRun(sql, account);
    const held = await claimByHand(sql, owner);
    await note('commit', () => held.commit(CLAIM));
    await note('lost claims', () => findLostClaims(sql, owner, []));
    await note('sweep', () =>
      Promise.all(SWEEPS.map((kind) => findSweepable(sql, kind, { overdueMs: 14_500 }, 100))),
    );
    await sql.rows(
      `update runs set status = 'fail', state = 'fail', cancelled = true, finished_at = clock_timestamp(), published_rank = 4
       where (owner = $1 or (owner is null and user_id = $2)) and status = 'running'`,
      [owner, account.userId],
    );
  }
  return Object.fromEntries(Object.entries(times).map(([what, all]) => [what, median(all)]));
}
