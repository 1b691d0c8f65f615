import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { copyRun } from '../../support/visualiser/many-runs.ts';

const bench = useVisualiser();

/** What a jump through the list takes of the thread that draws it, ms: its work, however busy the machine is. */
const SMOOTH_MS = 40;
const JUMPS = 40;

const JUMP_THROUGH = `(async () => {
  const table = document.querySelector('.table');
  for (let n = 0; n < ${JUMPS}; n += 1) {
    table.scrollTop = (table.scrollHeight / ${JUMPS}) * n;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
})()`;

/** How long `work` keeps the page's main thread at work, ms. */
async function threadMsOf(page: Page, work: () => Promise<unknown>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
  const before = await spent();
  await work();
  const after = await spent();
  await session.detach();
  return after - before;
}

extendedOnly(() => {
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

      await eventually(async () => {
        await page.evaluate(`document.querySelector('.table').scrollBy(0, 1_000_000)`);
        expect(await text(page, '.count')).toMatch(/^5,0\d\d runs$/);
      });
      expect(await page.locator('.row').count()).toBeLessThan(60);
      const jumps = await threadMsOf(page, () => page.evaluate(JUMP_THROUGH));
      expect(jumps).toBeGreaterThan(0);
      expect(jumps / JUMPS).toBeLessThan(SMOOTH_MS);

      await page.fill('.search input', 'no such words');
      await page.waitForSelector('.empty');
      await page.fill('.search input', fresh.slice(0, 13));
      await page.waitForSelector('.row-link');
      expect(await page.locator('.row-link').count()).toBe(1);
      await page.click('.toolbar .quiet');
      const other = await bench.client.addProject('Other');
      const elsewhere = await bench.client.start({ ...passingFlow(bench, 1), project: other });
      await page.waitForSelector(`.row-link[href="#/runs/${elsewhere}"]`);
      await page.waitForSelector(`.select option[value="${other}"]`, {
        state: 'attached',
        timeout: 2 * PATIENCE_MS,
      });
      await page.selectOption('.select:nth-of-type(3) select', other);
      await page.waitForSelector('.count:text-is("1 run")');
      await page.click('.toolbar .quiet');
      await page.selectOption('.select select', 'fail');
      await eventually(async () => expect(await page.locator('.table-rows .badge-pass').count()).toBe(0));
    });
  });
});

describe('every view', () => {
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
    await page.waitForSelector('h1:text-is("System")');
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).toBe(light);
    await page.getByText('Dark').click();
    expect(await ground()).toBe(dark);
    const [{ id }] = (await bench.client.request<[{ id: string }]>('GET', '/v1/runs')).body;
    await page.goto(`${bench.url}/#/runs/${id}`);
    const { startedAt } = await bench.client.read(id);
    const started = (language: string) =>
      page.waitForSelector(`.run-when time[title="${new Date(startedAt).toLocaleString(language)}"]`);
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
  });
});
