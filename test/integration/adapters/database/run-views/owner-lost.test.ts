/* I14, I16: an owner is lost once its session or its lease is gone; locks are looked at only if it is late. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { readReceiptRow } from '#shared/adapters/database/run-views/receipt.ts';
import { readSituation, readSituations } from '#shared/adapters/database/run-views/situation.ts';
import { readSupervisedRuns } from '#shared/adapters/database/runs/finalise.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { type Explainer, openExplainer } from '../../../../support/database/explain.ts';
import { endLease } from '../../../../support/database/leases.ts';
import { holdRunner } from '../../../../support/database/live-runner.ts';
import { claimByHand, queueRun } from '../../../../support/database/runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

let database: Database;
let url: string;
let account: { userId: string; projectId: string };
let explainer: Explainer;
beforeAll(async () => {
  ({ url } = await createTestDatabase());
  database = connectDatabase({ url, applicationName: 'owner-lost' });
  account = await createOwner(database.sql);
  explainer = await openExplainer(url);
});
afterAll(async () => {
  await explainer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const LEASE_MS = 600_000;
async function claimed(owner: string = randomUUID()): Promise<string> {
  await queueRun(database.sql, account);
  return (await claimByHand(database.sql, owner, LEASE_MS)).run.id;
}
/** Its owner has missed renewals, and its lease is not over. */
const missRenewals = (id: string) =>
  database.sql.rows(
    `update leases set renewed_at = renewed_at - interval '5 min', until = until - interval '5 min' where run_id = $1`,
    [id],
  );
/** How often a statement has PostgreSQL collect all locks. */
async function looksAtLocks(read: (sql: Sql) => Promise<unknown>): Promise<number> {
  const { nodes } = await explainer.explain(read);
  const scans = nodes.filter((node) => node['Function Name'] === 'pg_lock_status');
  expect(scans.length).toBeGreaterThan(0);
  return scans.reduce((total, node) => total + node['Actual Loops'], 0);
}
const lost = async (id: string) => {
  const [situation, receipt] = await Promise.all([
    readSituation(database.sql, id),
    readReceiptRow(database.sql, id),
  ]);
  expect(receipt?.ownerLost).toBe(situation?.ownerLost);
  return situation?.ownerLost;
};

it('I14: what a run waits for, and its receipt, look at locks only if the last renewal is old', async () => {
  const owner = randomUUID();
  await using _ = await holdRunner({ sql: database.sql, url }, owner);
  const id = await claimed(owner);
  expect(await looksAtLocks((sql) => readSituation(sql, id))).toBe(0);
  expect(await looksAtLocks((sql) => readReceiptRow(sql, id))).toBe(0);
  await missRenewals(id);
  expect(await looksAtLocks((sql) => readSituation(sql, id))).toBe(1);
  expect(await looksAtLocks((sql) => readReceiptRow(sql, id))).toBe(1);
  await endLease(database.sql, id);
  expect(await looksAtLocks((sql) => readSituation(sql, id))).toBe(0);
});

it('I14: one statement looks at locks once, however many runs it reads', async () => {
  const owner = randomUUID();
  await using _ = await holdRunner({ sql: database.sql, url }, owner);
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(await claimed(owner));
  for (const id of ids) await missRenewals(id);
  expect(await looksAtLocks((sql) => readSituations(sql, ids))).toBe(1);
  const rules = { overdueMs: 1_000, byCancel: false };
  expect(await looksAtLocks((sql) => readSupervisedRuns(sql, ids, rules))).toBe(1);
});

it('I16: an owner that has missed renewals is lost once its session is gone, and another at the end of its lease', async () => {
  const owner = randomUUID();
  const id = await claimed(owner);
  const session = await holdRunner({ sql: database.sql, url }, owner);
  expect(await lost(id)).toBe(false);
  await missRenewals(id);
  expect(await lost(id)).toBe(false);
  await session[Symbol.asyncDispose]();
  expect(await lost(id)).toBe(true);
  const other = await claimed(owner);
  expect(await lost(other)).toBe(false);
  await endLease(database.sql, other);
  expect(await lost(other)).toBe(true);
  const { id: queued } = await queueRun(database.sql, account);
  expect(await lost(queued)).toBe(false);
});
