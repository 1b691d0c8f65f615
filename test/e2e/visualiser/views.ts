import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { ADMIN } from '../../support/stack/stack.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { signIn } from '../../support/visualiser/desk.ts';
import { copyRun } from '../../support/visualiser/many-runs.ts';

const bench = useVisualiser();

/** On a machine that draws an idle frame in 1/60 s; on a busier one everything takes longer. */
const SMOOTH_MS = 60;
const FRAME_MS = 1_000 / 60;

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

describe('the list', () => {
  it('of five thousand runs stays fluid, can be filtered, and takes in new ones without a reload', async () => {
    const id = await finished(
      bench,
      await bench.client.start({ ...passingFlow(bench, 1), captureScreenshotAfterEachStep: false }),
      'pass',
    );
    await copyRun(bench.stack.databaseUrl, id, 5_000);
    const page = await bench.desk.openSignedIn();
    await page.waitForSelector('.row-link');
    const fresh = await bench.client.start({ ...passingFlow(bench, 1), contextId: 'brand new' });
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
    expect(jump).toBeLessThan(SMOOTH_MS * Math.max(1, idle / FRAME_MS));

    await page.fill('.search input', 'no such words');
    await page.waitForSelector('.empty');
    await page.fill('.search input', fresh.slice(0, 13));
    await page.waitForSelector('.row-link');
    expect(await page.locator('.row-link').count()).toBe(1);
    await page.click('.toolbar .quiet');
    const { body: other } = await bench.client.request<{ id: string }>('POST', '/v1/projects', {
      body: { label: 'Other' },
    });
    const elsewhere = await bench.client.start({ ...passingFlow(bench, 1), project: other.id });
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
  it('is without serious findings of axe, in light and in dark', async () => {
    const cancelled = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [{ action: 'goto', url: '/never?seen' }],
    });
    await bench.site.asked('/never?seen');
    await bench.client.cancel(cancelled, { body: { reason: 'to be seen' } });
    await finished(bench, cancelled, 'fail');
    const page = await bench.desk.open({ colorScheme: 'light' });
    const found: string[] = [];
    const look = async (view: string, ...rules: string[]) => {
      for (const finding of await seriousFindings(page, ...rules)) found.push(`${view}: ${finding}`);
    };
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const check = async (view: string) => {
      await look(view);
      const light = await ground();
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await ground()).not.toBe(light);
      // What only depends on colours is looked at twice.
      await look(`${view}, dark`, 'color-contrast');
      await page.emulateMedia({ colorScheme: 'light' });
    };
    await page.goto(bench.url);
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
      await page.goto(`${bench.url}/${hash}`);
      await page.waitForSelector(ready);
      await check(hash);
    }
    expect(found).toEqual([]);
    await page.context().close();
  }, 120_000);

  it('speaks Spanish to who does, and changes its language and theme at once', async () => {
    const page = await bench.desk.openSignedIn('#/system', {
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
    const [{ id }] = (await bench.client.request<[{ id: string }]>('GET', '/v1/runs')).body;
    await page.goto(`${bench.url}/#/runs/${id}`);
    const { startedAt } = await bench.client.read(id);
    const started = (language: string) =>
      page.waitForSelector(`.run-facts time[title="${new Date(startedAt).toLocaleString(language)}"]`);
    await started('en');
    await page.click('.menu-button');
    await page.getByText('Español').click();
    await started('es-ES');
    await page.getByText('English').click();
    for (const hash of ['#/runs', '#/new', '#/system', `#/runs/${id}`]) {
      await page.goto(`${bench.url}/${hash}`);
      await page.waitForSelector('h1');
      const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(wider, `${hash} at 360 px`).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  });
});
