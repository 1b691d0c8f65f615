/* I14: a claim costs no more, whatever is stored, however many users wait and however many runs have ended. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { claimAgain } from '#shared/adapters/database/runs/claim.ts';
import { findSweepable, SWEEPS } from '#shared/adapters/database/runs/finalise.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { claimNext } from '../../../../support/database/claim-next.ts';
import { type Explainer, openExplainer } from '../../../../support/database/explain.ts';
import {
  behindKey,
  finished,
  waiting,
  waitingOfKey,
  waitingUsers,
} from '../../../../support/database/many-queued.ts';
import { queueRun } from '../../../../support/database/runs.ts';
import { untilSeenByNobody } from '../../../../support/database/seen-by-nobody.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const MANY = 20_000;
const LIMITS = { perUser: 100, perProject: 1 };

/** Pages of 8 KiB that each statement looks at; 10,000 runs are more than 500 of them. */
async function pagesOf(explainer: Explainer, statement: (sql: Sql) => Promise<unknown>): Promise<number> {
  await explainer.explain(statement);
  return (await explainer.explain(statement)).buffers;
}

const STATEMENTS: [string, (sql: Sql) => Promise<unknown>][] = [
  ['a claim', (sql) => claimNext(sql, randomUUID(), 10_000)],
  [
    'a claim that is asked again',
    (sql) => claimAgain(sql, { claim: randomUUID(), owner: randomUUID(), leaseMs: 10_000, most: 0 }),
  ],
  ...SWEEPS.map((kind): [string, (sql: Sql) => Promise<unknown>] => [
    `a sweep (${kind})`,
    (sql) => findSweepable(sql, kind, { overdueMs: 14_500 }, 100),
  ]),
];

let url: string;

beforeAll(async () => {
  ({ url } = await createTestDatabase());
  await using database = connectDatabase({
    url,
    applicationName: 'volume',
    statementTimeoutMs: 60_000,
  });
  const { sql } = database;
  const [heavy, light] = [await createOwner(sql), await createOwner(sql)];
  await finished(sql, heavy, MANY);
  await behindKey(sql, heavy, MANY);
  await waiting(sql, heavy, MANY);
  await waitingOfKey(sql, light, MANY);
  for (let n = 0; n < 10; n += 1) await queueRun(sql, light);
  await sql.rows('analyze');
});

it.each(STATEMENTS)('I14: %s costs no more, whatever is stored and waits', async (_, statement) => {
  await using explainer = await openExplainer(url);
  expect(await pagesOf(explainer, statement)).toBeLessThan(400);
});

it('I14: a claim steps over a full project and a held key as a whole, and takes what is behind them', async () => {
  await using database = connectDatabase({ url, applicationName: 'volume' });
  await using explainer = await openExplainer(url);
  const { sql } = database;
  const other = await createOwner(sql);
  const [heavy] = await sql.rows<{ id: string }>(
    'select user_id as id from runs group by 1 order by count(*) desc limit 1',
  );
  const behind = await queueRun(sql, { userId: heavy!.id, projectId: other.projectId });
  const claim = (within: Sql) => claimNext(within, randomUUID(), 10_000, LIMITS);
  // Its statement alone: the lock of claims with limits is taken before.
  const statement = (within: Sql) => claim({ ...within, transaction: (work) => work(onlyClaims(within)) });
  expect(await pagesOf(explainer, statement)).toBeLessThan(400);
  const ownerOf = () =>
    sql.row<{ owner: string | null }>('select owner from runs where id = $1', [behind.id]);
  for (let left = 20; left > 0 && !(await ownerOf())?.owner; left -= 1) await claim(sql);
  expect((await ownerOf())?.owner).not.toBeNull();
});

it('I14: a claim costs no more, however many users wait', async () => {
  await using database = connectDatabase({
    url,
    applicationName: 'volume',
    statementTimeoutMs: 60_000,
  });
  await using explainer = await openExplainer(url);
  const { sql } = database;
  const pages = () => pagesOf(explainer, (within) => claimNext(within, randomUUID(), 10_000));
  const account = await createOwner(sql);
  await waitingUsers(sql, account, 10);
  const before = await pages();
  await waitingUsers(sql, account, 5_000);
  await sql.rows('analyze');
  expect(await pages()).toBeLessThan(before + 20);
});

it('I14: a claim costs no more, however many runs have ended since the last vacuum', async () => {
  const { url: databaseUrl } = await createTestDatabase();
  await using database = connectDatabase({
    url: databaseUrl,
    applicationName: 'volume',
    statementTimeoutMs: 60_000,
  });
  const { sql } = database;
  await sql.rows('alter table runs set (autovacuum_enabled = false)');
  const account = await createOwner(sql);
  await queueRun(sql, account);
  await using explainer = await openExplainer(databaseUrl);
  const pages = () => pagesOf(explainer, (within) => claimNext(within, randomUUID(), 10_000));
  const before = await pages();
  await waiting(sql, account, 2_000);
  await sql.rows('update runs set owner = gen_random_uuid(), epoch = 1');
  await sql.rows(`update runs set status = 'pass', finished_at = clock_timestamp()`);
  await queueRun(sql, account);
  await untilSeenByNobody(sql);
  expect(await pages()).toBeLessThan(before + 20);
});

const onlyClaims = (sql: Sql): Sql => ({
  ...sql,
  rows: (text, values) => (text.includes('pg_advisory') ? Promise.resolve([]) : sql.rows(text, values)),
});
