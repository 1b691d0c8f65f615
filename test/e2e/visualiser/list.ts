/** The list of runs: what its address says, where one is in it, and its keys. */
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { finished, passingFlow, useVisualiser } from '../../support/visualiser/bench.ts';
import { copyRun } from '../../support/visualiser/many-runs.ts';

const bench = useVisualiser();

const scrollTop = (page: Page) => page.evaluate<number>(`document.querySelector('.table').scrollTop`);
const focused = (page: Page) =>
  page.evaluate<string | null>(`document.activeElement.closest('[data-index]')?.dataset.index ?? null`);
const rows = (page: Page, count: number) =>
  eventually(async () => expect(await page.locator('.row-link').count()).toBe(count));
const hash = (page: Page) => page.evaluate<string>('location.hash');
/** The first run in sight, once it is kept with the address. */
const keptPlace = (page: Page) => page.evaluate<{ index: number } | undefined>('history.state?.list?.place');

/** Without a frame in between, as on a machine that draws slowly. */
const PRESS_J_40_TIMES = `(async () => {
  for (let n = 0; n < 40; n += 1) {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
    await new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = done;
      port2.postMessage(0);
    });
  }
})()`;

describe('a place in the list', () => {
  /** Two pages and a half; other suites of this file count before. */
  beforeAll(async () => {
    const id = await finished(
      bench,
      await bench.client.start({ ...passingFlow(bench, 1), captureScreenshotAfterEachStep: false }),
      'pass',
    );
    await copyRun(bench.stack.databaseUrl, id, 1_500);
  });

  it('has its filters and its search in the address, which a reload and another tab show', async () => {
    const page = await bench.desk.openSignedIn();
    await page.waitForSelector('.row-link');
    await page.selectOption('.select select', 'pass');
    await page.fill('.search input', 'no such run');
    await page.waitForSelector('.empty');
    expect(await hash(page)).toBe('#/runs?q=no+such+run&status=pass');
    await page.reload();
    await page.waitForSelector('.empty');
    expect(await page.inputValue('.search input')).toBe('no such run');
    expect(await page.inputValue('.select select')).toBe('pass');
    await page.click('.toolbar .quiet');
    await page.waitForSelector('.row-link');
    expect(await hash(page)).toBe('#/runs');
    await page.goBack();
    await page.waitForSelector('.empty');
    const other = await bench.desk.openSignedIn(await hash(page));
    expect(await other.inputValue('.search input')).toBe('no such run');
  });

  it('says in its filter how many runs there are of each kind, and of a search nothing', async () => {
    const page = await bench.desk.openSignedIn();
    const option = (value: string) => page.textContent(`.select option[value=${value}]`);
    await eventually(async () => expect(await option('pass')).toBe('passed (1,000+)'));
    expect(await option('lost')).toMatch(/^lost \(\d+\)$/);
    await page.fill('.search input', 'report');
    await eventually(async () => expect(await option('pass')).toBe('passed'));
  });

  it('searches on when a page of it is lost on its way', async () => {
    const page = await bench.desk.openSignedIn();
    await page.waitForSelector('.row-link');
    let lost = 0;
    // The first page of the search has no run, and there is a next one, which is lost once.
    await page.route(/\/v1\/runs\?.*q=/, async (route) => {
      if (!new URL(route.request().url()).searchParams.has('before')) {
        const response = await route.fetch();
        const link = '</v1/runs?q=nothing&before=later>; rel="next"';
        return route.fulfill({ response, json: [], headers: { ...response.headers(), link } });
      }
      lost += 1;
      return lost === 1 ? route.abort('connectionreset') : route.fulfill({ json: [] });
    });
    await page.fill('.search input', 'nothing');
    await page.waitForSelector('.empty');
    expect(lost).toBeGreaterThan(1);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it('has the run that is searched for by its name, and from its page those with its label', async () => {
    const flow = { ...passingFlow(bench, 1), captureScreenshotAfterEachStep: false };
    const named = { name: 'Quarterly report', labels: ['reports', 'team:finance'] };
    const id = await finished(bench, await bench.client.start({ ...flow, ...named }), 'pass');
    const page = await bench.desk.openSignedIn();
    await page.waitForSelector('.row-link');
    const other = await bench.client.start({ ...flow, name: 'Another one', labels: ['reports'] });
    // It comes by itself.
    await page.waitForSelector(`.row-link[href="#/runs/${other}"]`);
    await finished(bench, other, 'pass');
    await page.fill('.search input', 'QUARTER report');
    await rows(page, 1);
    expect(await page.textContent('.row-link')).toContain('Quarterly report');
    expect(await page.getAttribute('.row-link', 'href')).toBe(`#/runs/${id}`);
    await page.fill('.search input', id.slice(-8));
    await rows(page, 1);
    await page.click('.row-link');
    await page.waitForSelector('.run-head');
    expect(await page.textContent('h1')).toBe('Quarterly report');
    await page.getByRole('link', { name: 'reports', exact: true }).click();
    await rows(page, 2);
    expect(await hash(page)).toBe('#/runs?label=reports');
    await page.click('.tag-filter');
    await page.waitForSelector(':nth-match(.row-link, 3)');
    expect(await hash(page)).toBe('#/runs');
  });

  extendedOnly(() => {
    it('is where it was after a reload, and when one comes back from a run, with the focus on it', async () => {
      const page = await bench.desk.openSignedIn();
      await page.waitForSelector('.row-link');
      await eventually(async () => {
        await page.evaluate(`document.querySelector('.table').scrollTop = 900 * 48 + 20`);
        expect((await keptPlace(page))?.index).toBe(900);
      });
      await page.reload();
      await eventually(async () => expect(await scrollTop(page)).toBe(900 * 48 + 20));
      const link = page.locator('[data-index="904"] .row-link');
      const href = await link.getAttribute('href');
      await link.click();
      await page.waitForSelector('.run-head');
      await page.goBack();
      await eventually(async () => {
        expect(await scrollTop(page)).toBe(900 * 48 + 20);
        expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe(href);
      });
    });
  });

  it('is gone through by keys, but not while a user types', async () => {
    const page = await bench.desk.openSignedIn();
    await page.waitForSelector('.row-link');
    for (const index of ['0', '1', '2']) {
      await page.keyboard.press('j');
      expect(await focused(page)).toBe(index);
    }
    await page.keyboard.press('k');
    expect(await focused(page)).toBe('1');
    await page.evaluate(PRESS_J_40_TIMES);
    expect(await focused(page)).toBe('41');
    await page.keyboard.press('/');
    await page.keyboard.type('jk?x');
    expect(await page.inputValue('.search input')).toBe('jk?x');
    await page.click('.toolbar .quiet');
    await page.waitForSelector('.row-link');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys of the list' }).waitFor();
    await page.getByLabel('Use single letters as shortcuts').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    expect(await focused(page)).toBe(null);
    await page.click('.keys-button');
    await page.getByLabel('Use single letters as shortcuts').check();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.run-head');
  });

  extendedOnly(() => {
    it('fits into every width, in Spanish too', async () => {
      const page = await bench.desk.openSignedIn('#/runs?status=pass', { locale: 'es-ES' });
      await page.waitForSelector('.row-link');
      for (const width of [360, 768, 1_280, 1_920, 2_560]) {
        await page.setViewportSize({ width, height: 740 });
        const wider = await page.evaluate<number[]>(
          `[document.documentElement, document.querySelector('.table')].map((box) => box.scrollWidth - box.clientWidth)`,
        );
        expect(wider, `at ${width} px`).toEqual([0, 0]);
      }
    });
  });
});
