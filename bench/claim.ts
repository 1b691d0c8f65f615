/*
 * npm run bench:claim: what starts, claims, commits and sweeps cost with much stored and waiting, as lower quartiles,
 * beside an empty database, in turns, so that a busy machine slows both. PostgreSQL is thrown away, and not synced to
 * disk.
 */
import { randomUUID } from 'node:crypto';
import { SESSION_OPTIONS } from '#shared/adapters/database/connection-options.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { claimAgain, claimRuns } from '#shared/adapters/database/runs/claim.ts';
import { findSweepable, SWEEPS } from '#shared/adapters/database/runs/finalise.ts';
import { createSql, type Sql } from '#shared/adapters/database/sql.ts';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { createOwner } from '../test/support/database/accounts.ts';
import { claimNext } from '../test/support/database/claim-next.ts';
import { behindKey, finished, parked, waiting, waitingUsers } from '../test/support/database/many-queued.ts';
import { CLAIM, claimByHand, queueRun } from '../test/support/database/runs.ts';
import { quartile, timed } from './support/median.ts';
import { startThrowawayPostgres } from './support/throwaway-postgres.ts';

const ROUNDS = 60;
/** So many runs have ended, and so many wait, half of them behind one key. */
const MOST = Number(process.argv[2] ?? 1_000_000);
const written = (count: number) => count.toLocaleString('en');
/** Most growth of what must not grow, noise included. */
const BOUND = 1.3;

type Account = Awaited<ReturnType<typeof createOwner>>;
interface Step {
  name: string;
  fill(sql: Sql, account: Account): Promise<unknown>;
  /** A claim with limits looks at each user that waits for a full project only: no ratio to be held. */
  users?: true;
}
/** Each on top of those before it: what is stored and what waits stays. */
const STEPS: Step[] = [
  { name: 'nothing else', fill: async () => undefined },
  {
    name: `${written(MOST / 10)} finished runs`,
    fill: (sql, account) => finished(sql, account, MOST / 10),
  },
  {
    name: `${written(MOST)} finished runs`,
    fill: (sql, account) => finished(sql, account, MOST - MOST / 10),
  },
  { name: 'and 10,000 parked ones', fill: (sql, account) => parked(sql, account, 10_000) },
  {
    name: `and ${written(MOST / 2)} behind a held key`,
    fill: (sql, account) => behindKey(sql, account, MOST / 2),
  },
  {
    name: `and ${written(MOST / 2)} of a full project`,
    fill: (sql, account) => waiting(sql, account, MOST / 2),
  },
  {
    name: 'and 3,000 users of another machine version',
    fill: (sql, account) => waitingUsers(sql, account, 3_000, { machineVersion: MACHINE_VERSION + 1 }),
  },
  {
    name: 'and 1,000 waiting users',
    fill: (sql, account) => waitingUsers(sql, account, 1_000),
    users: true,
  },
  { name: 'and 10,000 more', fill: (sql, account) => waitingUsers(sql, account, 10_000), users: true },
];

await using postgres = await startThrowawayPostgres();
const [empty, full] = [await open('empty_one'), await open('full_one')];
await measureAll(empty, full);

interface Side {
  sql: Sql;
  /** Whose runs are measured. */
  light: Account;
}

async function open(name: string): Promise<Side> {
  const url = await postgres.create(name);
  await migrate(url);
  const sql = createSql(postgres.connect({ options: SESSION_OPTIONS }, url));
  return { sql, light: await createOwner(sql) };
}

async function measureAll(empty: Side, full: Side): Promise<void> {
  const heavy = await createOwner(full.sql);
  let over = 0;
  for (const { name, fill, users } of STEPS) {
    await fill(full.sql, heavy);
    for (const { sql } of [empty, full]) await sql.rows('vacuum analyze');
    const sides: Times[] = [{}, {}];
    for (let round = 0; round < ROUNDS; round += 1) await measure([empty, full], sides, round % 2 === 0);
    const cells = Object.entries(sides[1]!).map(([what, times]) => {
      const [ms, floor] = [quartile(times), quartile(sides[0]![what]!)];
      const grows = ms / floor > BOUND && !(users && what === 'claim with limits');
      if (grows) over += 1;
      return { what, text: `${ms.toFixed(2)} (×${(ms / floor).toFixed(2)}${grows ? ', too much' : ''})` };
    });
    if (name === STEPS[0]!.name) {
      console.log(`| ms (times the empty database) | ${cells.map(({ what }) => what).join(' | ')} |`);
      console.log(`| --- |${' ---: |'.repeat(cells.length)}`);
    }
    console.log(`| ${name} | ${cells.map(({ text }) => text).join(' | ')} |`);
  }
  console.log(over === 0 ? `nothing is over ×${BOUND}` : `${over} are over ×${BOUND}`);
}

type Times = Record<string, number[]>;

/** One round of each statement, here and there in turns. */
async function measure(sides: Side[], times: Times[], emptyFirst: boolean): Promise<void> {
  const owner = randomUUID();
  const each = async (what: string, work: (side: Side) => Promise<() => Promise<unknown>>) => {
    for (const n of emptyFirst ? [0, 1] : [1, 0]) {
      const side = sides[n]!;
      const timedWork = await work(side);
      times[n]![what] ??= [];
      times[n]![what].push(await timed(timedWork));
    }
  };
  const plain = (what: string, work: (side: Side) => Promise<unknown>) =>
    each(what, async (side) => () => work(side));
  await plain('accept', ({ sql, light }) => queueRun(sql, light));
  await plain('accept with a key', ({ sql, light }) =>
    queueRun(sql, light, { concurrencyKey: randomUUID() }),
  );
  await plain('claim', ({ sql }) => claimNext(sql, owner, 60_000));
  await plain('claim with limits', ({ sql }) =>
    claimNext(sql, owner, 60_000, { perUser: 1_000, perProject: 1 }),
  );
  await each('claim of 8', async ({ sql, light }) => {
    for (let n = 0; n < 8; n += 1) await queueRun(sql, light);
    return () => claimRuns(sql, { claim: randomUUID(), owner, leaseMs: 60_000, most: 8 });
  });
  await each('commit', async ({ sql, light }) => {
    await queueRun(sql, light);
    const held = await claimByHand(sql, owner);
    return () => held.commit(CLAIM);
  });
  await plain('claim asked again', ({ sql }) =>
    claimAgain(sql, { claim: randomUUID(), owner, leaseMs: 60_000, most: 0 }),
  );
  for (const kind of SWEEPS)
    await plain(`sweep: ${kind}`, ({ sql }) => findSweepable(sql, kind, { overdueMs: 14_500 }, 100));
  for (const { sql, light } of sides) await endAll(sql, owner, light);
}

async function endAll(sql: Sql, owner: string, { userId }: Account): Promise<void> {
  const end = `update runs set status = 'fail', state = 'fail', cancelled = true,
    finished_at = clock_timestamp() where status = 'running'`;
  await sql.rows(`${end} and owner = $1`, [owner]);
  // Or a later sweep would find leases that are over, and a claim would count them.
  await sql.rows('delete from leases where owner = $1', [owner]);
  await sql.rows(`${end} and owner is null and cancel_requested_at is null and user_id = $1`, [userId]);
}
