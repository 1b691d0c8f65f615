import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';

const bench = useVisualiser();

type Steps = Parameters<typeof bench.client.start>[0]['steps'];
const start = (steps: Steps, more: object = {}) =>
  bench.client.start({ baseUrl: bench.site.url, steps, ...more });
const never = { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 };
const says = (page: Page, pattern: RegExp) =>
  eventually(async () => expect(await text(page, '.why')).toMatch(pattern));

describe('under the title of a run', () => {
  it('it is said what the run waits for, counted on, as in the list, and then why it ended', async () => {
    const id = await start([{ action: 'goto', url: '/plain' }, never]);
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await says(page, /^No element matches #never\. Step 2 \(waitForSelector\) has taken \d+ of 120 s; then/);
    const first = await text(page, '.why');
    await eventually(async () => expect(await text(page, '.why')).not.toBe(first));
    expect(await seriousFindings(page)).toEqual([]);
    const list = await bench.desk.openSignedIn('#/runs');
    const row = `[role=row]:has([href="#/runs/${id}"])`;
    await eventually(async () => expect(await text(list, row)).toMatch(/No element matches #never\./));
    await bench.client.cancel(id, { body: { reason: 'seen enough' } });
    await says(
      page,
      /stopped it(, \d+ s ago)?: .*seen enough.*\. Step 2 \(waitForSelector #never\) was interrupted\./,
    );
  });

  extendedOnly(() => {
    it('I11: it is said which run has its key, with a link, and where nobody is to take it', async () => {
      const key = { concurrencyKey: 'nightly-import' };
      const holder = await start([{ action: 'goto', url: '/plain' }, never], key);
      const held = await start([never], key);
      const page = await bench.desk.openSignedIn(`#/runs/${held}`);
      await says(
        page,
        /^Run \w+ has its concurrency key nightly-import\. This has been so for \d+ s; if no runner/,
      );
      await page.click('.why a');
      await page.waitForSelector(`.run-id:has-text("${holder.slice(-8)}")`);
      const labelled = await start([never], { runnerLabels: ['gpu'] });
      await page.goto(`${bench.url}/#/runs/${labelled}`);
      await says(page, /^No runner that has all of the labels gpu is up\./);
      await page.click('.why a');
      await page.waitForSelector('.system');
      for (const id of [holder, held, labelled]) await bench.client.cancel(id);
    });

    it('a newer gateway has the word where this page has none', async () => {
      const id = await start([never]);
      const page = await bench.desk.openSignedIn('');
      await page.route(`**/v1/runs/${id}?*`, async (route) => {
        const response = await route.fetch();
        const waitingFor = { code: 'unheard_of', for: 'what a newer gateway knows' };
        await route.fulfill({ response, json: { ...(await response.json()), waitingFor } });
      });
      await page.evaluate(`location.hash = '#/runs/${id}'`);
      await says(page, /^what a newer gateway knows$/);
      await page.unroute(`**/v1/runs/${id}?*`);
      await bench.client.cancel(id);
    });
  });

  it('it is said of a failure which step it was and why, with its picture; of success, that all was done', async () => {
    const failing = [
      { action: 'goto', url: '/form' },
      { action: 'click', selector: '#nope', timeoutMs: 600 },
    ];
    const failed = await finished(
      bench,
      await start(failing, { captureScreenshotAfterEachStep: true }),
      'fail',
    );
    const passed = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${failed}`);
    await says(page, /^Step 2 found no element for #nope in 600 ms\. Compare the selector/);
    await page.waitForSelector('.moment .screen img');
    await page.click('.why a');
    await page.waitForSelector('.past-note');
    await page.goto(`${bench.url}/#/runs/${passed}`);
    await says(page, /^All 2 steps were done\.$/);
  });
});
