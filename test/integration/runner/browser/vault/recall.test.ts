/* A later owner recalls what a run has typed before it goes on, also if the database is away for a moment. */
import { expect, test } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { openSecret } from '#shared/adapters/database/secrets/opening.ts';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import { startFaultProxy } from '../../../../support/servers/fault-proxy/fault-proxy.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { LIVE } from '../fixture.ts';
import { giveSecret, type OwnedRun, ownRun, PASSWORD, vaultOf } from './fixture.ts';

const SHOP = 'https://login.example.com';
const FLOW = flowSchema.parse({
  baseUrl: SHOP,
  steps: [{ action: 'fill', selector: '#password', value: '${secrets.shop}' }],
});

/** A run whose second owner is at work, and the way to the database. */
async function world() {
  const { url } = await createTestDatabase();
  const stack = new AsyncDisposableStack();
  const proxy = stack.use(await startFaultProxy(url));
  const direct = stack.use(connectDatabase({ url, applicationName: 'recall' }));
  const behind = stack.use(connectDatabase({ url: proxy.url, applicationName: 'recall behind a proxy' }));
  const run = await ownRun(direct.sql);
  await giveSecret(run, { origins: [SHOP] });
  const second = { epoch: run.epoch + 1 };
  return { stack, proxy, behind, run, second };
}

const use = ({ sql, runId, owner, epoch }: OwnedRun) =>
  openSecret(sql, { runId, owner, epoch, name: 'shop', kind: 'text', phase: 'flow', step: 0, origin: SHOP });

test('a database that is away for a moment keeps no run from recalling what it has typed', async () => {
  const { stack, proxy, behind, run, second } = await world();
  await using _ = stack;
  await use(run);
  const vault = vaultOf({ ...run, sql: behind.sql }, FLOW, second);
  proxy.sever();
  const recalled = vault.recall(LIVE);
  // The statement before this one has failed, too.
  await expect(behind.sql.row('select')).rejects.toThrow();
  proxy.heal();
  await recalled;
  expect(await vault.secrets.redact(PASSWORD)).toBe('[REDACTED]');
});

test('a run that needs no browser any more waits for no database', async () => {
  const { stack, proxy, behind, run, second } = await world();
  await using _ = stack;
  const vault = vaultOf({ ...run, sql: behind.sql }, FLOW, second);
  proxy.sever();
  const abandoned = new AbortController();
  const recalled = vault.recall(abandoned.signal);
  const reason = new Error('abandoned');
  abandoned.abort(reason);
  await expect(recalled).rejects.toBe(reason);
});

test('a runner without keys takes on a run that has typed nothing yet', async () => {
  const { stack, run, second } = await world();
  await using _ = stack;
  const vault = vaultOf(run, FLOW, { ...second, keys: undefined });
  await vault.recall(LIVE);
  await use(run);
  await expect(vault.recall(LIVE)).rejects.toMatchObject({ reason: 'secret_unopened' });
});

test('a secret that was replaced since is no reason to end a run: what it typed is unknown', async () => {
  const { stack, run, second } = await world();
  await using _ = stack;
  await use(run);
  await giveSecret(run, { origins: [SHOP], value: { value: 'the next one' } });
  const vault = vaultOf(run, FLOW, { ...second, keys: undefined });
  await vault.recall(LIVE);
  expect(await vault.secrets.redact(PASSWORD)).toBe(PASSWORD);
});
