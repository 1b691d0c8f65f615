/* A one-time code is typed once, while it is still good, and neither it nor its seed is shown. */
import { describe, expect, test } from 'vitest';
import { codeAt, seedTextsOf } from '../../../../../services/runner/browser/vault/codes.ts';
import { holdLock } from '../../../../support/database/hold-lock.ts';
import { eventually, PATIENCE_MS } from '../../../../support/eventually.ts';
import { startLoginSite } from '../../../../support/sites/login-site.ts';
import { LIVE, patiently } from '../fixture.ts';
import { fillStep, giveSecret, ownRun, typingAt, useVaultBench, vaultOf } from './fixture.ts';

const vaultBench = await useVaultBench();
const { database, databaseUrl, site, bench } = vaultBench;
const { perform, typedSince } = typingAt(vaultBench);

describe('a code', () => {
  const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const uriOf = (period: number) =>
    `otpauth://totp/Shop:ann?issuer=Shop&secret=${SEED}&algorithm=SHA1&digits=6&period=${period}`;
  const withCodes = async (period: number) => {
    const run = await ownRun(database.sql);
    await giveSecret(run, { kind: 'totp', origins: [site.url], value: { uri: uriOf(period) } });
    return run;
  };
  const code = (more: object = {}) => fillStep('${totp.shop}', { selector: '#code', ...more });

  test('is typed once, and neither it nor its seed is shown', async () => {
    const run = await withCodes(120);
    const before = site.typed.length;
    const { outcomes, vault } = await perform(run, [code(), code({ timeoutMs: patiently(1_000) })]);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false, reason: 'code_too_late' }]);
    const [typed = ''] = await eventually(() => {
      expect(typedSince(before)).toHaveLength(1);
      return typedSince(before);
    });
    expect(typed).toMatch(/^\d{6}$/);
    for (const text of [typed, SEED, ...seedTextsOf(uriOf(120))])
      expect(await vault.secrets.redact(`(${text})`)).toBe('([REDACTED])');
  });

  test(
    'is not typed once less than 5 s of it are left, but the next one',
    async () => {
      const run = await withCodes(15);
      const before = site.typed.length;
      const counters = async () =>
        (
          await database.sql.rows<{ counter: string }>(
            'select counter from totp_uses where run_id = $1 order by counter',
            [run.runId],
          )
        ).map(({ counter }) => Number(counter));
      const held = await holdLock(databaseUrl, 'lock table secret_uses in share mode');
      const typing = perform(run, [{ action: 'goto', url: '/away' }, code({ timeoutMs: 100_000 })]);
      // The field is found, and taken away while its code is asked for.
      await eventually(async () => {
        const [waiting] = await database.sql.rows<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock'
         and query like '%opened as materialized%' and datname = current_database()`,
        );
        expect(waiting?.n).toBe(1);
      });
      site.release();
      await site.asked(new URL(site.url).host, '/came');
      await held[Symbol.asyncDispose]();
      const [first = 0] = await eventually(async () => {
        expect(await counters()).toHaveLength(1);
        return counters();
      });
      await eventually(
        async () => {
          const [{ isOver } = { isOver: false }] = await database.sql.rows<{ isOver: boolean }>(
            'select extract(epoch from clock_timestamp()) > $1 as "isOver"',
            [(first + 1) * 15 - 5],
          );
          expect(isOver).toBe(true);
        },
        { timeoutMs: 2 * PATIENCE_MS },
      );
      site.release('/held-back');
      expect((await typing).last).toMatchObject({ ok: true });
      await eventually(() => expect(typedSince(before)).toHaveLength(1));
      const [, second = 0] = await counters();
      expect(second).toBeGreaterThan(first);
      expect(typedSince(before)).toEqual([codeAt(uriOf(15), second)]);
    },
    4 * PATIENCE_MS,
  );

  test('that has to be waited for is cut off by a cancel, and not typed', async () => {
    const run = await withCodes(120);
    const first = site.typed.length;
    expect((await perform(run, [code()])).last).toMatchObject({ ok: true });
    await eventually(() => expect(typedSince(first)).toHaveLength(1));
    const before = site.typed.length;
    const stop = new AbortController();
    const flow = bench.flow(
      [{ action: 'goto', url: '/login' }, code({ timeoutMs: 120_000, retry: { times: 1 } })],
      {
        baseUrl: site.url,
      },
    );
    const browser = await bench.open(flow, { vault: vaultOf(run, flow) });
    await browser.perform(0, LIVE);
    const waiting = browser.perform(1, stop.signal);
    // The next counter is taken: its time has not begun.
    await eventually(async () =>
      expect(await database.sql.rows('select from totp_uses where run_id = $1', [run.runId])).toHaveLength(2),
    );
    stop.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    await browser.close({ keepVideo: false, reason: 'test over' });
    expect(typedSince(before)).toEqual([]);
  });

  test('after which a step fails: the clock of the site is named, if it is wrong', async () => {
    const run = await withCodes(120);
    await using late = await startLoginSite({ clockMs: -42_000 });
    await giveSecret(run, { kind: 'totp', origins: [late.url], value: { uri: uriOf(120) } });
    const flow = bench.flow(
      [
        { action: 'goto', url: '/login' },
        code(),
        { action: 'expect', is: 'visible', selector: '#in', timeoutMs: 300 },
      ],
      { baseUrl: late.url },
    );
    const browser = await bench.open(flow, { vault: vaultOf(run, flow) });
    const outcomes = [];
    for (const index of [0, 1, 2]) outcomes.push(await browser.perform(index, LIVE));
    await browser.close({ keepVideo: false, reason: 'test over' });
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }, { ok: false }]);
    expect(outcomes[2]?.error).toMatch(
      new RegExp(`; the clock of ${late.url} is 4\\d s behind, which its one-time codes depend on`),
    );
  });
});
