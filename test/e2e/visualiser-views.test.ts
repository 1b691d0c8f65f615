import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#shared/local/process/free-port.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startSite, type TestSite } from '../support/site.ts';
import { ADMIN, createStack, type Stack, startOneOfEach } from '../support/stack.ts';
import { buildVisualiser } from '../support/visualiser/build.ts';
import { type Desk, openDesk, signIn } from '../support/visualiser/desk.ts';
import { copyRun } from '../support/visualiser/many-runs.ts';

let stack: Stack;
let client: Client;
let site: TestSite;
let desk: Desk;
let url: string;

beforeAll(async () => {
  const [webDir, port] = [await buildVisualiser(), await freePort()];
  [stack, site] = await Promise.all([
    createStack({ env: { GHOSTLY_WEB_DIR: webDir, PORT: String(port) } }),
    startSite(),
  ]);
  ({ client } = await startOneOfEach(stack));
  url = client.url;
  desk = await openDesk(url, ADMIN);
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await site?.close();
});

/** Whatever is done on a page: no error in its console, nothing from another origin, no token in an address. */
afterEach(() => expect(desk.complaints()).toEqual([]));

/** In the page: how long a frame takes, ms: with nothing to draw, and with a jump through the list. Medians of forty. */
const SCROLL_THROUGH = `(async () => {
  const table = document.querySelector('.table');
  const median = async (before) => {
    const times = [];
    for (let n = 0; n < 40; n += 1) {
      before(n);
      const begun = performance.now();
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - begun);
    }
    return times.sort((a, b) => a - b)[20];
  };
  const idle = await median(() => undefined);
  const jump = await median((n) => { table.scrollTop = (table.scrollHeight / 40) * n; });
  return { idle, jump };
})()`;

/** As it is seen. */
// biome-ignore lint/performance/useDomNodeTextContent: not of the DOM
const text = (page: Page, selector: string) => page.locator(selector).first().innerText();
async function finished(id: string, status: string): Promise<string> {
  await eventually(async () => expect((await client.read(id)).status).toBe(status), { timeoutMs: 15_000 });
  return id;
}

const passing = (steps = 2) => ({
  baseUrl: site.url,
  captureScreenshotAfterEachStep: true,
  steps: Array.from({ length: steps }, (_, n) => ({ action: 'goto', url: n % 2 === 0 ? '/form' : '/plain' })),
});

describe('the list', () => {
  it('of five thousand runs stays fluid, can be filtered, and takes in new ones without a reload', async () => {
    const id = await finished(
      await client.start({ ...passing(1), captureScreenshotAfterEachStep: false }),
      'pass',
    );
    await copyRun(stack.databaseUrl, id, 5_000);
    const page = await desk.openSignedIn();
    await page.waitForSelector('.row-link');
    const fresh = await client.start({ ...passing(1), contextId: 'brand new' });
    await page.waitForSelector(`.row-link[href="#/runs/${fresh}"]`);

    await eventually(
      async () => {
        await page.evaluate(`document.querySelector('.table').scrollBy(0, 1_000_000)`);
        expect(await text(page, '.count')).toMatch(/^5,0\d\d runs$/);
      },
      { timeoutMs: 15_000 },
    );
    expect(await page.locator('.row').count()).toBeLessThan(60);
    const { idle, jump } = await page.evaluate<{ idle: number; jump: number }>(SCROLL_THROUGH);
    expect(jump).toBeLessThan(50 + 2 * idle);

    await page.fill('.search input', 'no such words');
    await page.waitForSelector('.empty');
    await page.fill('.search input', fresh.slice(0, 13));
    await page.waitForSelector('.row-link');
    expect(await page.locator('.row-link').count()).toBe(1);
    await page.click('.toolbar .quiet');
    const { body: other } = await client.request<{ id: string }>('POST', '/v1/projects', {
      body: { label: 'Other' },
    });
    const elsewhere = await client.start({ ...passing(1), project: other.id });
    await page.waitForSelector(`.row-link[href="#/runs/${elsewhere}"]`);
    await page.waitForSelector(`.select option[value="${other.id}"]`, { state: 'attached', timeout: 40_000 });
    await page.selectOption('.select:nth-of-type(3) select', other.id);
    await page.waitForSelector('.count:text-is("1 run")');
    await page.click('.toolbar .quiet');
    await page.selectOption('.select select', 'fail');
    await eventually(async () => expect(await page.locator('.table-rows .badge-pass').count()).toBe(0));
    await page.context().close();
  }, 60_000);
});

describe('every view', () => {
  it.each(['light', 'dark'] as const)(
    'is without serious findings of axe, in %s',
    async (colorScheme) => {
      const cancelled = await client.start({
        baseUrl: site.url,
        steps: [{ action: 'goto', url: `/never?${colorScheme}` }],
      });
      await site.asked(`/never?${colorScheme}`);
      await client.cancel(cancelled, { body: { reason: 'to be seen' } });
      await finished(cancelled, 'fail');
      const page = await desk.open({ colorScheme });
      const found: string[] = [];
      const check = async (view: string) => {
        const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
        // What only depends on colours is looked at twice.
        const { violations } = await (colorScheme === 'dark'
          ? axe.withRules(['color-contrast'])
          : axe
        ).analyze();
        for (const { id, impact, nodes } of violations)
          if (impact === 'serious' || impact === 'critical')
            found.push(`${view}: ${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`);
      };
      await page.goto(url);
      await page.waitForSelector('form');
      await check('sign in');
      await signIn(page, ADMIN);
      await page.waitForSelector('.row-link');
      await check('runs');
      for (const [hash, ready] of [
        ['#/new', '.fine'],
        ['#/system', '.runner'],
        [`#/runs/${cancelled}`, '.hops tfoot'],
        ['#/nowhere', '.empty'],
      ] as const) {
        await page.goto(`${url}/${hash}`);
        await page.waitForSelector(ready);
        await check(hash);
      }
      expect(found).toEqual([]);
      await page.context().close();
    },
    60_000,
  );

  it('speaks Spanish to who does, and changes its language and theme at once', async () => {
    const page = await desk.openSignedIn('#/system', {
      locale: 'es-ES',
      viewport: { width: 360, height: 740 },
    });
    await page.waitForSelector('.runner');
    expect(await page.getAttribute('html', 'lang')).toBe('es');
    expect(await text(page, 'h1')).toBe('Sistema');
    await page.click('.menu-button');
    await page.getByText('English').click();
    expect(await text(page, 'h1')).toBe('System');
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const before = await ground();
    await page.getByText('Dark').click();
    expect(await ground()).not.toBe(before);
    const [{ id }] = (await client.request<[{ id: string }]>('GET', '/v1/runs')).body;
    for (const hash of ['#/runs', '#/new', '#/system', `#/runs/${id}`]) {
      await page.goto(`${url}/${hash}`);
      await page.waitForSelector('h1');
      const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(wider, `${hash} at 360 px`).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  });
});
