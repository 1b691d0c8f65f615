/* I13, I16: a repeated cancel is kept if it says more than the first one, up to a limit. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { type CancelOfRun, recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { queueRun } from '../../../../support/database/runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

let database: Database;
let account: { userId: string; projectId: string };
beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'cancel-repeats' });
  account = await createOwner(database.sql);
});
afterAll(() => database[Symbol.asyncDispose]());

/** Asks for the end of a run again and again, and returns what is kept besides the first request. */
async function repeatsOf(...requests: Partial<CancelOfRun>[]) {
  const { id: runId } = await queueRun(database.sql, account);
  for (const request of requests)
    await recordCancelRequest(database.sql, {
      runId,
      by: 'user',
      mode: 'graceful',
      userId: account.userId,
      ...request,
    });
  const row = await database.sql.row<{ repeats: object[] | null }>(
    'select cancel_repeats as repeats from runs where id = $1',
    [runId],
  );
  return row!.repeats;
}

it('I16: a cancel that is asked for again is kept if it says more: who else, why else, or harder', async () => {
  const other = randomUUID();
  expect(await repeatsOf({ reason: 'one' }, {}, { reason: 'one' })).toBeNull();
  expect(
    await repeatsOf(
      { reason: 'one' },
      { userId: other },
      { reason: 'two' },
      { mode: 'force' },
      { mode: 'force' },
    ),
  ).toMatchObject([
    { mode: 'graceful', reason: null, userId: other, hardened: false },
    { mode: 'graceful', reason: 'two', userId: account.userId, hardened: false },
    { mode: 'force', reason: null, userId: account.userId, hardened: true },
  ]);
  const forced = { mode: 'force' } as const;
  expect(await repeatsOf(forced, { ...forced, userId: other })).toMatchObject([
    { ...forced, userId: other, hardened: false },
  ]);
});

it('I13: so many are kept, and the one that hardens it in any case', async () => {
  const reasons = Array.from({ length: 9 }, (_, n) => ({ reason: `reason ${n}` }));
  const kept = await repeatsOf({}, ...reasons, { mode: 'force', reason: 'now' });
  expect(kept).toHaveLength(6);
  expect(kept!.at(-1)).toMatchObject({ mode: 'force', reason: 'now' });
});

it('what a user asks for outranks the shutdown of a runner, and is no repeat of it', async () => {
  expect(await repeatsOf({ by: 'shutdown', reason: 'leaving' }, { reason: 'mine' })).toBeNull();
  expect(await repeatsOf({ reason: 'mine' }, { by: 'shutdown', reason: 'leaving' })).toBeNull();
});
