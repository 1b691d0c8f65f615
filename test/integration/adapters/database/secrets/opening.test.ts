/* I17: each opening of a secret is in the record, and no code is typed twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { openSecret, takeCounter } from '#shared/adapters/database/secrets/opening.ts';
import { deleteSecret } from '#shared/adapters/database/secrets/secrets.ts';
import { holdLock } from '../../../../support/database/hold-lock.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { giveSecret, type OwnedRun, ownRun, usesOf } from '../../../runner/browser/vault/fixture.ts';

const SHOP = 'https://login.example.com';
const stack = new AsyncDisposableStack();
let database: Database;
let url: string;

beforeAll(async () => {
  url = (await createTestDatabase()).url;
  database = stack.use(connectDatabase({ url, applicationName: 'opening', statementTimeoutMs: 20_000 }));
});
afterAll(() => stack.disposeAsync());

const open = ({ sql, runId, owner, epoch }: OwnedRun, origin = SHOP) =>
  openSecret(sql, { runId, owner, epoch, name: 'shop', kind: 'text', phase: 'flow', step: 0, origin });

const lastUse = ({ sql, projectId }: OwnedRun) =>
  sql.row<{ run: string | null }>('select last_used_run as run from secrets where project_id = $1', [
    projectId,
  ]);

test('I17: an opening is in the record, with the origins that the secret is given for', async () => {
  const run = await ownRun(database.sql);
  await giveSecret(run, { origins: [SHOP, 'https://other.test'] });
  const { projectId, runId } = run;
  expect(await open(run)).toEqual({
    projectId,
    name: 'shop',
    kind: 'text',
    version: 1,
    origins: [SHOP, 'https://other.test'],
    sealed: expect.any(String),
  });
  expect(await usesOf(run)).toMatchObject([{ name: 'shop', origin: SHOP }]);
  expect(await lastUse(run)).toEqual({ run: runId });
  expect(await open(run, 'https://evil.test')).toEqual({
    refused: 'origin',
    origins: [SHOP, 'https://other.test'],
  });
});

test('a secret that others lock is opened at once, and recorded: only its last use is not', async () => {
  const run = await ownRun(database.sql);
  await giveSecret(run, { origins: [SHOP] });
  // What holds the row lasts until the opening has ended, which would otherwise wait for it.
  await using _ = await holdLock(url, `select from secrets where project_id = '${run.projectId}' for update`);
  expect(await open(run)).toMatchObject({ version: 1 });
  expect(await usesOf(run)).toHaveLength(1);
  expect(await lastUse(run)).toEqual({ run: null });
});

test('I17: no code is typed twice, also not of a secret that was deleted and is made again', async () => {
  const run = await ownRun(database.sql);
  const { sql, runId, owner, epoch, projectId, userId } = run;
  const give = () => giveSecret(run, { kind: 'totp', origins: [SHOP], value: { uri: 'x' } });
  await give();
  const wanted = { runId, owner, epoch, period: 120, leastLeft: 5, within: 300 };
  const first = await takeCounter(sql, { ...wanted, name: 'shop' });
  expect(await deleteSecret(sql, { projectId, by: { userId }, name: 'shop' })).toBe('deleted');
  await give();
  const second = await takeCounter(sql, { ...wanted, name: 'shop' });
  if (typeof first === 'string' || typeof second === 'string') throw new Error('none was free');
  expect(second.counter).toBeGreaterThan(first.counter);
});
