/* I10, I17: a secret is opened by the run's owner alone, for a user who may use it, and not shown after that. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunSnapshot } from '#shared/domain/run/snapshot.ts';
import { newPrivateKeyText } from '#shared/platform/seal/key-text.ts';
import { readPrivateKeys } from '#shared/platform/seal/keys.ts';
import { holdLock } from '../../../../support/database/hold-lock.ts';
import { eventually } from '../../../../support/eventually.ts';
import { LIVE, patiently } from '../fixture.ts';
import { startMachine } from '../start-machine.ts';
import {
  fillStep,
  giveSecret,
  type OwnedRun,
  type OwnerOptions,
  ownRun,
  PASSWORD,
  typingAt,
  usesOf,
  useVaultBench,
  vaultOf,
} from './fixture.ts';

const vaultBench = await useVaultBench();
const { database, databaseUrl, site, bench } = vaultBench;

const { perform, typedSince } = typingAt(vaultBench);

describe('the owner of a run', () => {
  test('types parts of a login, with other texts, and says what it has used', async () => {
    const run = await ownRun(database.sql);
    const origins = [site.url];
    await giveSecret(run, {
      name: 'shop',
      kind: 'login',
      origins,
      value: { username: 'ann', password: PASSWORD },
    });
    await giveSecret(run, { name: 'pin', origins, value: { value: '4711' } });
    const before = site.typed.length;
    const { outcomes, vault } = await perform(run, [
      fillStep('${secrets.shop.username}@shop.test', { selector: '#mail' }),
      fillStep('${secrets.shop.password}'),
      fillStep('${secrets.pin}', { selector: '#number', secret: false }),
      { action: 'expect', is: 'visible', selector: '#number' },
    ]);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }, { ok: true }, { ok: true }]);
    await eventually(() => expect(typedSince(before)).toEqual(['ann@shop.test', PASSWORD, '4711']));
    expect([1, 2, 3, 4].map((index) => vault.used(index, 'flow'))).toEqual([
      [{ name: 'shop', origin: site.url }],
      [{ name: 'shop', origin: site.url }],
      [{ name: 'pin', origin: site.url }],
      [],
    ]);
    expect(await usesOf(run)).toMatchObject([{ step: 1 }, { step: 2 }, { step: 3 }]);
    const [used] = await database.sql.rows<{ run: string; user: string }>(
      `select last_used_run as run, last_used_by as user from secrets where project_id = $1 and name = 'pin'`,
      [run.projectId],
    );
    expect(used).toEqual({ run: run.runId, user: run.userId });
  });

  test('I10: shows nothing of it from then on, in whatever form the page has it', async () => {
    const run = await ownRun(database.sql);
    await giveSecret(run, { origins: [site.url] });
    const { outcomes, results, title, vault } = await perform(run, [
      { action: 'goto', url: '/echo' },
      { action: 'set', name: 'before', value: PASSWORD },
      fillStep('${secrets.shop}'),
      { action: 'extract', name: 'shown', selector: '#shown' },
      { action: 'extract', name: 'value', selector: '#password', as: 'value' },
      { action: 'expect', is: 'title', equals: 'x', timeoutMs: 500, optional: true },
      { action: 'expect', is: 'url', contains: 'x', timeoutMs: 500, optional: true },
      { action: 'snapshot' },
    ]);
    // What was there before is kept as it was.
    expect(results).toMatchObject({ before: PASSWORD, value: '[REDACTED]' });
    const shown = JSON.stringify([outcomes.slice(2), title, { ...results, before: undefined }]);
    for (const form of [
      PASSWORD,
      encodeURIComponent(PASSWORD),
      Buffer.from(PASSWORD, 'latin1').toString('base64').slice(0, 12),
    ])
      expect(shown).not.toContain(form);
    expect(await vault.secrets.redact(`now ${PASSWORD}`)).toBe('now [REDACTED]');
  });

  test('I10: covers it in pictures, in its field and wherever the page repeats it', async () => {
    const pictureOf = async (value: string, steps: object[]) => {
      const run = await ownRun(database.sql);
      await giveSecret(run, { origins: [site.url], value: { value } });
      const { last } = await perform(run, [
        { action: 'goto', url: '/echo' },
        ...steps,
        { action: 'snapshot' },
      ]);
      return readFile(join(bench.artifacts, last.screenshotPath ?? ''), 'base64');
    };
    const typed = [fillStep('${secrets.shop}', { selector: '#note', secret: false })];
    expect(await pictureOf('it is 12', typed)).toBe(await pictureOf('it is 21', typed));
    const inClear = (value: string) => [fillStep(value, { selector: '#note' })];
    expect(await pictureOf('', inClear('it is 12'))).not.toBe(await pictureOf('', inClear('it is 21')));
  });

  test('learns what a result brings into a field, unless that is said to be none', async () => {
    const run = await ownRun(database.sql);
    const { vault } = await perform(run, [
      { action: 'set', name: 'token', value: 'token-of-the-page' },
      { action: 'set', name: 'open', value: 'open-to-all' },
      fillStep('${results.token}'),
      fillStep('${results.open}', { selector: '#note', secret: false }),
    ]);
    expect(await vault.secrets.redact('token-of-the-page open-to-all')).toBe('[REDACTED] open-to-all');
  });

  test('waits for a field as any step does, and says what it lacks', async () => {
    const run = await ownRun(database.sql);
    await giveSecret(run, { origins: [site.url] });
    const failed = async (selector: string) =>
      (await perform(run, [fillStep('${secrets.shop}', { selector, timeoutMs: patiently(4_000) })])).last;
    expect(await Promise.all(['#off', '#never', '#button'].map(failed))).toMatchObject([
      { ok: false, reason: 'element_disabled' },
      { ok: false, reason: 'element_missing' },
      { ok: false },
    ]);
    expect(await usesOf(run)).toEqual([]);
  });
});

describe('I17: nothing is opened', () => {
  test.each<[string, string, (run: OwnedRun) => Promise<OwnerOptions | undefined>]>([
    [
      'of a secret that was deleted',
      'secret_missing',
      async ({ sql, projectId }) => {
        await sql.rows('delete from secrets where project_id = $1', [projectId]);
        return undefined;
      },
    ],
    [
      'of one that is of another kind now',
      'secret_missing',
      async (run) => {
        await giveSecret(run, { kind: 'totp', origins: [site.url], value: { uri: 'x' } });
        return undefined;
      },
    ],
    [
      'for a user who has lost the right since',
      'secret_forbidden',
      async ({ sql, userId }) => {
        await sql.rows(`update project_members set role = 'viewer' where user_id = $1`, [userId]);
        return undefined;
      },
    ],
    [
      'for a user who is no member any more',
      'secret_forbidden',
      async ({ sql, userId }) => {
        await sql.rows('delete from project_members where user_id = $1', [userId]);
        return undefined;
      },
    ],
    ['without the key', 'secret_unopened', async () => ({ keys: undefined })],
    [
      'with the key of another Ghostly',
      'secret_unopened',
      async () => ({ keys: await readPrivateKeys(newPrivateKeyText()) }),
    ],
    [
      'of a row that was copied from another place',
      'secret_unopened',
      async (run) => {
        await giveSecret(run, { name: 'other', origins: [site.url] });
        await run.sql.rows(
          `update secrets set sealed = (select sealed from secrets where project_id = $1 and name = 'other') where project_id = $1 and name = 'shop'`,
          [run.projectId],
        );
        return undefined;
      },
    ],
  ])('%s', async (_, reason, change) => {
    const run = await ownRun(database.sql);
    await giveSecret(run, { origins: [site.url] });
    const before = site.typed.length;
    const more = await change(run);
    const { last } = await perform(run, [fillStep('${secrets.shop}')], more);
    expect(last).toMatchObject({ ok: false, reason });
    expect(last.error).not.toContain(PASSWORD);
    expect(typedSince(before)).toEqual([]);
  });

  test.each<[string, (run: OwnedRun) => Promise<OwnerOptions>]>([
    ['by another owner', async () => ({ owner: randomUUID() })],
    ['under an older epoch', async ({ epoch }) => ({ epoch: epoch - 1 })],
    [
      'once the lease is over',
      async ({ sql, runId }) => {
        await sql.rows('update leases set until = clock_timestamp() where run_id = $1', [runId]);
        return {};
      },
    ],
  ])('%s', async (_, change) => {
    const run = await ownRun(database.sql);
    await giveSecret(run, { origins: [site.url] });
    const before = site.typed.length;
    const { last } = await perform(run, [fillStep('${secrets.shop}')], await change(run));
    expect(last).toMatchObject({ ok: false, error: 'fill #password: another runner has the run' });
    expect(typedSince(before)).toEqual([]);
    expect(await usesOf(run)).toEqual([]);
  });

  test('and nothing is typed by an owner that was fenced since', async () => {
    const run = await ownRun(database.sql);
    await giveSecret(run, { origins: [site.url] });
    const before = site.typed.length;
    const { last } = await perform(run, [fillStep('${secrets.shop}')], { mayAct: () => false });
    expect(last).toMatchObject({ ok: false });
    expect(typedSince(before)).toEqual([]);
  });

  test('and nothing is typed once a step is out of time, whenever the database answers', async () => {
    const run = await ownRun(database.sql);
    await giveSecret(run, { origins: [site.url] });
    const before = site.typed.length;
    const held = await holdLock(databaseUrl, 'lock table secret_uses in share mode');
    const timeoutMs = patiently(5_000);
    const outcome = await perform(run, [fillStep('${secrets.shop}', { timeoutMs })]).finally(() =>
      held[Symbol.asyncDispose](),
    );
    expect(outcome.last).toMatchObject({
      ok: false,
      error: `fill #password: timed out after ${timeoutMs} ms`,
    });
    // The statement that nobody waits for any more is in the record.
    await eventually(async () => expect(await usesOf(run)).toHaveLength(1));
    expect(typedSince(before)).toEqual([]);
  });
});

test('a run whose owner cannot open what it has typed ends for that reason', async () => {
  const run = await ownRun(database.sql);
  await giveSecret(run, { origins: [site.url] });
  await perform(run, [fillStep('${secrets.shop}')]);
  const flow = bench.flow([fillStep('${secrets.shop}')], { baseUrl: site.url });
  const later = { epoch: run.epoch + 1, keys: undefined };
  const stopped = Promise.withResolvers<RunSnapshot>();
  startMachine(bench, flow, {
    vaultOf: (secrets) => vaultOf(run, flow, { ...later, secrets }),
    onMove(_, after) {
      if (after.context.stopReason !== undefined) stopped.resolve(after);
    },
  });
  expect((await stopped.promise).context).toMatchObject({
    stopReason: 'secrets_unopened',
    error: 'this runner has no key of the vault: its operator has to set GHOSTLY_SEAL_KEY',
  });
});

test('I10: a later owner knows what the run has used before its first step', async () => {
  const run = await ownRun(database.sql);
  await giveSecret(run, {
    name: 'shop',
    kind: 'login',
    origins: [site.url],
    value: { username: 'ann of shop', password: PASSWORD },
  });
  const uri = 'otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=120';
  await giveSecret(run, { name: 'shop_code', kind: 'totp', origins: [site.url], value: { uri } });
  const steps = [fillStep('${secrets.shop.password}'), fillStep('${totp.shop_code}', { selector: '#code' })];
  const before = site.typed.length;
  await perform(run, steps);
  const code = typedSince(before).at(-1);
  const flow = bench.flow(steps, { baseUrl: site.url });
  const vault = vaultOf(run, flow, { epoch: run.epoch + 1 });
  const said = `${PASSWORD}, ${code}, JBSWY3DPEHPK3PXP, ann of shop`;
  expect(await vault.secrets.redact(said)).toBe(said);
  await vault.recall(LIVE);
  // The name of the user was never typed.
  expect(await vault.secrets.redact(said)).toBe('[REDACTED], [REDACTED], [REDACTED], ann of shop');
  const without = vaultOf(run, flow, { epoch: run.epoch + 1, keys: undefined });
  await expect(without.recall(LIVE)).rejects.toThrow('no key of the vault');
});
