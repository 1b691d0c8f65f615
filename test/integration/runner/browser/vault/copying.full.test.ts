/* I17: the clipboard takes no secret to another origin. */
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { LIVE } from '../fixture.ts';
import { giveSecret, ownRun, useVaultBench, vaultOf } from './fixture.ts';

const SHOP = 'http://login.test';
const IN_FRAME = '#frame >> internal:control=enter-frame >> #note';
const over = { keepVideo: false, reason: 'test over' };

const { database, site, bench } = await useVaultBench({ named: true });

const press = (key: string) => ({ action: 'press', key });
const goto = (url: string) => ({ action: 'goto', url });
const fill = (selector: string, value = '${secrets.shop}') => ({ action: 'fill', selector, value });

/** A run of these steps, whose project has the secret. */
async function begin(steps: object[], { baseUrl = SHOP, origin = SHOP } = {}) {
  const run = await ownRun(database.sql);
  await giveSecret(run, { origins: [origin] });
  const flow = bench.flow(steps, { baseUrl });
  const browser = await bench.open(flow, { vault: vaultOf(run, flow) });
  const isSpare = bench.pool.describe().spares === 0;
  return {
    isSpare,
    browser,
    async perform() {
      for (const index of flow.steps.keys())
        expect(await browser.perform(index, LIVE)).toMatchObject({ ok: true, index });
    },
  };
}

describe('I17: the clipboard takes no secret to another origin', () => {
  test.each(['c', 'x'])('by Control and %s, from a frame of its origin', async (key) => {
    const before = site.typed.length;
    const { browser, perform } = await begin(
      [
        goto(`http://evil.test/frame?to=${SHOP}/login`),
        fill(IN_FRAME),
        press('Control+a'),
        press(`Control+${key}`),
        goto('http://evil.test/login'),
        { action: 'click', selector: '#note' },
        press('Control+v'),
        fill('#mail', 'the end'),
      ],
      { baseUrl: 'http://evil.test' },
    );
    await perform();
    await eventually(() => expect(site.typed.at(-1)?.value).toBe('the end'));
    await browser.close(over);
    const there = site.typed.slice(before, -1).filter(({ at }) => at.startsWith('http://evil.test'));
    expect(there.map(({ value }) => value).join('')).toBe('');
  });

  test('in a context that was opened before its run was known', async () => {
    // A page says of a copy that it was made; it hears of none in a run that types secrets.
    const { url: baseUrl } = site;
    const copying = (value?: string) => [
      goto('/copies'),
      fill('#note', value),
      press('Control+a'),
      press('Control+c'),
    ];
    const first = await begin([...copying('in clear'), { action: 'waitForSelector', selector: '#copied' }], {
      baseUrl,
      origin: baseUrl,
    });
    await first.perform();
    await eventually(() => expect(bench.pool.describe().spares).toBe(1));
    const second = await begin(
      [
        ...copying(),
        { action: 'click', selector: '#copy' },
        press('Control+x'),
        { action: 'expect', is: 'hidden', selector: '#copied' },
      ],
      { baseUrl, origin: baseUrl },
    );
    expect(second.isSpare).toBe(true);
    await second.perform();
    await Promise.all([first.browser.close(over), second.browser.close(over)]);
  });
});
