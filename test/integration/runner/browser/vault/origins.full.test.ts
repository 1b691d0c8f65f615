/* I17: a secret is typed at its origins, and elsewhere refused before one character is typed. */
import { describe, expect, test } from 'vitest';
import { holdLock } from '../../../../support/database/hold-lock.ts';
import { eventually } from '../../../../support/eventually.ts';
import type { LoginSite } from '../../../../support/sites/login-site.ts';
import { LIVE } from '../fixture.ts';
import { giveSecret, type OwnedRun, ownRun, PASSWORD, usesOf, useVaultBench, vaultOf } from './fixture.ts';

/** Every name leads to the login site, by way of a proxy: what is asked of it is which name it was. */
const SHOP = 'http://login.test';
const IN_FRAME = '#frame >> internal:control=enter-frame >> #password';

const { database, databaseUrl, site, bench } = await useVaultBench({ named: true });

interface Attempt {
  run: OwnedRun;
  outcome: { ok: boolean; error?: string; reason?: string };
  /** What a page was given during it. */
  typed: LoginSite['typed'];
}

/** Opens `url`, and types the secret of `origins` into `selector`. */
async function attempt(
  url: string,
  {
    selector = '#password',
    origins = [SHOP],
    during,
  }: {
    selector?: string;
    origins?: string[];
    during?: (run: OwnedRun) => Promise<void>;
  } = {},
): Promise<Attempt> {
  const run = await ownRun(database.sql);
  await giveSecret(run, { origins });
  const before = site.typed.length;
  const flow = bench.flow(
    [
      { action: 'goto', url },
      { action: 'fill', selector, value: '${secrets.shop}' },
      // The page reports what it got in order: before this, anything of the secret.
      { action: 'goto', url: '/login' },
      { action: 'fill', selector: '#note', value: 'the end', secret: false },
    ],
    { baseUrl: URL.parse(url)!.origin },
  );
  const browser = await bench.open(flow, { vault: vaultOf(run, flow) });
  try {
    expect(await browser.perform(0, LIVE)).toMatchObject({ ok: true });
    const meanwhile = during?.(run);
    const outcome = await browser.perform(1, LIVE);
    await meanwhile;
    for (const index of [2, 3]) expect(await browser.perform(index, LIVE)).toMatchObject({ ok: true });
    await eventually(() => expect(site.typed.at(-1)?.value).toBe('the end'));
    return { run, outcome, typed: site.typed.slice(before, -1) };
  } finally {
    await browser.close({ keepVideo: false, reason: 'test over' });
  }
}

describe('I17: a secret is typed at its origins', () => {
  test.each<[string, string, string | undefined, string]>([
    ['into a page', `${SHOP}/login`, undefined, 'password'],
    ['into the field of a label', `${SHOP}/login`, '#label', 'password'],
    ['into several lines', `${SHOP}/login`, '#note', 'note'],
    ['after a redirect', `${SHOP}/redirect?to=${SHOP}/login`, undefined, 'password'],
    ['with a user in the address', 'http://ann@login.test/login', undefined, 'password'],
    ['with the port of its scheme', 'http://login.test:80/login', undefined, 'password'],
    ['into its frame on another page', `http://evil.test/frame?to=${SHOP}/login`, IN_FRAME, 'password'],
    [
      'into its frame, though the page around it takes the focus',
      `http://evil.test/thief?to=${SHOP}/login`,
      IN_FRAME,
      'password',
    ],
  ])('%s', async (_, url, selector, field) => {
    const { run, outcome, typed } = await attempt(url, selector === undefined ? {} : { selector });
    expect(outcome).toMatchObject({ ok: true });
    expect(typed.map((one) => ({ ...one, at: new URL(one.at).origin }))).toEqual([
      { at: SHOP, field, value: PASSWORD },
    ]);
    expect(await usesOf(run)).toEqual([{ name: 'shop', origin: SHOP, phase: 'flow', step: 1 }]);
  });
});

describe('I17: it is refused before one character is typed', () => {
  test.each<[string, string, string, (string | undefined)?, string?]>([
    ['at another port', 'http://login.test:8080/login', 'http://login.test:8080'],
    ['over http, if it is for https', `${SHOP}/login`, SHOP, undefined, 'https://login.test'],
    ['at a sub-domain', 'http://a.login.test/login', 'http://a.login.test'],
    ['at the domain of a sub-domain', 'http://test/login', 'http://test'],
    ['at a name that looks alike', 'http://lоgin.test/login', 'http://xn--lgin-55d.test'],
    ['at a name with a final dot', 'http://login.test./login', 'http://login.test.'],
    ['where its name is only the user', 'http://login.test@evil.test/login', 'http://evil.test'],
    ['after a redirect', `${SHOP}/redirect?to=http://evil.test/login`, 'http://evil.test'],
    [
      'in a foreign frame of its page',
      `${SHOP}/frame?to=http://evil.test/login`,
      'http://evil.test',
      IN_FRAME,
    ],
    ['in a frame without an address', `${SHOP}/blank?to=${SHOP}`, 'about:', IN_FRAME],
    ['in a frame of its own text', `${SHOP}/srcdoc?to=${SHOP}`, 'about:', IN_FRAME],
    ['in a frame of data', `${SHOP}/data?to=${SHOP}`, 'data:', IN_FRAME],
    ['in a frame of a blob', `${SHOP}/blob?to=${SHOP}`, 'blob:', IN_FRAME],
    ['in a page that says it were another', `http://evil.test/spoof?to=${SHOP}/login`, 'http://evil.test'],
  ])('%s', async (_, url, origin, selector = '#password', own = SHOP) => {
    const { run, outcome, typed } = await attempt(url, { selector, origins: [own] });
    expect(outcome).toMatchObject({
      ok: false,
      reason: 'secret_origin_refused',
      error: `fill ${selector}: the secret shop may not be typed at ${origin}, only at ${own}`,
    });
    expect(typed).toEqual([]);
    expect(await usesOf(run)).toEqual([]);
  });

  test('in an element that is editable, where any selector of a text could look at it', async () => {
    const { outcome, typed } = await attempt(`${SHOP}/login`, { selector: '#rich' });
    expect(outcome).toMatchObject({
      ok: false,
      error: 'fill #rich: secrets are typed into inputs and text areas that take text',
    });
    expect(typed).toEqual([]);
  });

  test('where the page goes while it is being opened', async () => {
    const { run, outcome, typed } = await attempt(`${SHOP}/leaves?to=http://evil.test/arrived`, {
      async during() {
        // The field has been found, and its origin asked: the opening waits.
        await using held = await holdLock(databaseUrl, 'lock table secret_uses in share mode');
        await eventually(async () => {
          const [waiting] = await database.sql.rows<{ n: number }>(
            `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and query like '%opened as materialized%'
             and datname = current_database()`,
          );
          expect(waiting?.n).toBe(1);
        });
        site.release();
        await site.asked('evil.test', '/came');
        expect(held).toBeDefined();
      },
    });
    expect(outcome).toMatchObject({ ok: false, reason: 'secret_origin_refused' });
    expect(outcome.error).toContain('may not be typed at http://evil.test');
    expect(typed).toEqual([]);
    // It was opened for the page that was there, and never typed.
    expect(await usesOf(run)).toMatchObject([{ origin: SHOP }]);
  });
});
