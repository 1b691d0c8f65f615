/** What can be done at the desk of a run besides looking. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type SayingSite, startSayingSite } from '../../support/sites/saying-site.ts';
import { findings } from '../../support/visualiser/axe.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';

const bench = useVisualiser();

const failing = (more: object = {}) =>
  bench.client.start({
    baseUrl: bench.site.url,
    captureScreenshotAfterEachStep: true,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'goto', url: '/plain' },
      { action: 'click', selector: '#nope', timeoutMs: 300 },
    ],
    ...more,
  });

const hashOf = (page: Page) => new URL(page.url()).hash;

describe('what a page said', () => {
  let site: SayingSite;
  beforeAll(async () => {
    site = await startSayingSite();
  });
  afterAll(() => site?.[Symbol.asyncDispose]());

  it('stands below its step as far as it may be why, and all of it in the console, by kind', async () => {
    const click = (id: string, timeoutMs?: number) => ({ action: 'click', selector: `#${id}`, timeoutMs });
    const steps = [{ action: 'goto', url: '/' }, click('log'), click('error'), click('alert-soon')];
    const id = await bench.client.start({ baseUrl: site.url, steps: [...steps, click('nope', 2_500)] });
    await finished(bench, id, 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.step-failed .step-said li:has-text("alert Session over: dismissed")');
    expect(await page.locator('.step-said').allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('TypeError: broken')]),
    );
    // A message that is no problem is in the console alone.
    expect(await text(page, '.steps')).not.toContain('plain 7');
    await page.locator('.step-said .more').first().click();
    await page.waitForSelector('#tab-console[aria-selected=true]');
    await page.waitForSelector('.console li');
    const lines = await page.locator('.console li').allInnerTexts();
    for (const said of ['Document', 'plain 7', 'TypeError: broken', 'Session over'])
      expect(lines).toEqual(expect.arrayContaining([expect.stringContaining(said)]));
    expect(await findings(page, { within: '.desk' })).toEqual([]);
    await page.click('.console-filters button:has-text("Dialogs")');
    expect(await page.locator('.console li').allInnerTexts()).toEqual([
      expect.stringContaining('Session over'),
    ]);
    await page.click('.console li button');
    await page.waitForSelector('.past-note');
    expect(await text(page, '.step.is-current .step-number')).toBe('5');
  });
});

describe('the question why a nightly run failed', () => {
  it('is answered two clicks from the list: the run, and what the page said, with nothing to scroll', async () => {
    const name = 'Order a mug at night';
    const id = await finished(bench, await failing({ name }), 'fail');
    const page = await bench.desk.openSignedIn('#/runs');
    await page.waitForSelector(`.row-link[href="#/runs/${id}"]`);
    await page.click(`.row-link[href="#/runs/${id}"]`);
    await page.waitForSelector('.why:has-text("Step 3 found no element for #nope in 300 ms")');
    await page.waitForSelector('.moment .screen img');
    for (const part of ['.why', '.step-failed[aria-current]', '.moment .screen']) {
      const { y, height } = (await page.locator(part).boundingBox())!;
      expect(y, part).toBeGreaterThan(0);
      expect(y + height, part).toBeLessThanOrEqual(800);
    }
    // What the page said is the second click.
    await page.click('#tab-console');
    await page.waitForSelector('.console li:has-text("/plain")');
    expect(hashOf(page)).toBe(`#/runs/${id}`);
  });
});

describe('the keys of a run', () => {
  it('press its buttons, go from step to step and show the picture, and do nothing in a field', async () => {
    const id = await finished(bench, await failing(), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.moment .screen img');
    const current = () => text(page, '.step.is-current .step-number');
    await page.keyboard.press('[');
    await page.waitForSelector('.past-note');
    expect(await current()).toBe('3');
    await page.keyboard.press('[');
    expect(await current()).toBe('2');
    await page.keyboard.press(']');
    expect(await current()).toBe('3');
    await page.keyboard.press(']');
    await page.waitForSelector('.past-note', { state: 'detached' });

    await page.keyboard.press('f');
    await page.waitForSelector('dialog .screen img');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });

    await page.keyboard.press('?');
    await page.waitForSelector('dialog .keys');
    expect(await page.locator('dialog kbd').allInnerTexts()).toEqual(
      expect.arrayContaining(['s', 'r', 'e', '[', ']', 'f', '?']),
    );
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });

    await page.keyboard.press('e');
    await page.waitForSelector('dialog #flow');
    await page.focus('#flow');
    await page.keyboard.type('rs?');
    expect(await page.inputValue('#flow')).toContain('rs?');
    expect(await page.locator('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });

    await page.keyboard.press('r');
    await page.waitForURL((url) => !url.hash.includes(id));
    const again = hashOf(page).replace('#/runs/', '');
    await finished(bench, again, 'fail');
  });

  it('stop a run that goes on, after it was asked about', async () => {
    const steps = [{ action: 'goto', url: '/never?keys', timeoutMs: 120_000 }];
    const id = await bench.client.start({ baseUrl: bench.site.url, steps });
    await bench.site.asked('/never?keys');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.step-running');
    await page.keyboard.press('s');
    await page.waitForSelector('dialog .cancel-preview code');
    await page.click('dialog .danger');
    await page.waitForSelector('#tab-chart[aria-selected=true]');
    await page.waitForSelector('.hops tfoot');
    // A tab that is chosen stays.
    await page.click('#tab-events');
    await page.waitForSelector('.timeline');
    // One who comes later finds the chart open, or beside the picture where there is room.
    await page.reload();
    await page.waitForSelector('#tab-chart[aria-selected=true]');
    await page.setViewportSize({ width: 1_600, height: 900 });
    await page.waitForSelector('.desk-chart .chart-sheet');
    await page.waitForSelector('#tab-picture[aria-selected=true]');
    // The step that was interrupted stands above, and does not say it again.
    expect(await text(page, '.why')).toContain('Step 1');
    expect(await page.locator('.step-interrupted').count()).toBe(1);
    expect(await page.locator('.step-error').count()).toBe(0);
  });
});

describe('a step whose selector matched nothing', () => {
  it('leads to its line in the flow, to be edited and run again', async () => {
    const id = await finished(bench, await failing(), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.click('.step-failed .step-ways button:has-text("Edit this step")');
    await page.waitForSelector('#flow:focus');
    const chosen = await page.evaluate<string>(
      `(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd))(document.activeElement)`,
    );
    expect(chosen).toContain('#nope');
  });
});

describe('the trace of a run that failed', () => {
  it('is one click from its step: it opens in a tab, from an origin of its own', async () => {
    const id = await finished(bench, await failing(), 'fail');
    await eventually(async () =>
      expect((await bench.client.request('GET', `/v1/runs/${id}/playwright-trace/traces.dir`)).status).toBe(
        200,
      ),
    );
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    const asked = page.waitForResponse((answer) => answer.url().endsWith('/playwright-trace/views'));
    const opened = page.context().waitForEvent('page');
    await page.click('.step-failed .trace-button button');
    const { url } = (await (await asked).json()) as { url: string };
    const { origin } = new URL(url);
    expect(origin).not.toBe(bench.url);
    const tab = await opened;
    await tab.waitForURL((at) => at.origin === origin);
  });
});

describe('a ticket about a run', () => {
  it('is copied as text with a link to it', async () => {
    const id = await finished(bench, await failing({ name: 'Nightly order' }), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.click('[aria-label="Copy for a ticket"]');
    await page.waitForSelector('.run-id [role=status]:text("Copied")');
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain('**Nightly order**: failed');
    expect(copied).toContain(`${bench.url}/#/runs/${id}`);
    expect(copied).toContain('3. click #nope');
  });
});

describe('the last runs of the same name', () => {
  it('are a strip of outcomes, each a link to its run', async () => {
    const name = 'Order a mug each night';
    const passing = { ...passingFlow(bench), name };
    const first = await finished(bench, await bench.client.start(passing), 'pass');
    await finished(bench, await bench.client.start({ ...passing, name: `${name}, too` }), 'pass');
    const last = await finished(bench, await failing({ name }), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${last}`);
    const strip = page.locator('.last-outcome');
    await strip.first().waitFor();
    expect(await strip.evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual([
      `#/runs/${first}`,
      `#/runs/${last}`,
    ]);
    expect(await page.getAttribute('.last-outcome[aria-current]', 'title')).toMatch(/^failed, /);
    await strip.first().click();
    await page.waitForSelector('.run-title .badge-pass');
    expect(hashOf(page)).toBe(`#/runs/${first}`);
  });
});

describe('the headings of a run', () => {
  it('are in order, and one status tells what has changed', async () => {
    const id = await finished(bench, await failing(), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`, { viewport: { width: 1_920, height: 1_080 } });
    await page.waitForSelector('.chart-sheet');
    const levels = await page
      .locator('main :is(h1, h2, h3, h4)')
      .evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
    expect(levels[0]).toBe(1);
    for (const [n, level] of levels.entries())
      if (n > 0) expect(level - levels[n - 1]!).toBeLessThanOrEqual(1);
    expect(await page.textContent('[data-run-status]')).toMatch(/^failed\. Step 3/);
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('[data-run-status]:has-text("This is the past")');
    expect(await findings(page, { within: 'main' })).toEqual([]);
  });
});
