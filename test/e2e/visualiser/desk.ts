/** What can be done at the desk of a run besides looking. */
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { findings } from './axe.ts';

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

/** Adds what a page said in a step to the events of a run that is over. */
const addSaid = (id: string, stepIndex: number, said: object[]) =>
  rows(
    bench.stack.databaseUrl,
    `with added as (
       insert into events (run_id, seq, type, step_index, payload, at)
       select id, last_seq + 1, 'page_said', $2, jsonb_build_object('said', $3::jsonb), clock_timestamp() from runs where id = $1
       returning seq)
     update runs set last_seq = (select seq from added) where id = $1`,
    [id, stepIndex, JSON.stringify(said)],
  );

const SAID = [
  { kind: 'navigation', url: 'https://shop.test/buy', status: 500, ms: 40 },
  { kind: 'console', level: 'info', text: 'all is well' },
  { kind: 'error', text: 'TypeError: cart is \u202Eundefined' },
];

const hashOf = (page: Page) => new URL(page.url()).hash;

describe('what a page said', () => {
  it('stands below its step as far as it may be why, and all of it in the console, by kind', async () => {
    const id = await finished(bench, await failing(), 'fail');
    await addSaid(id, 2, SAID);
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    const said = page.locator('.step-failed .step-said li');
    await said.first().waitFor();
    expect(await said.allInnerTexts()).toEqual([
      expect.stringMatching(/^Document https:\/\/shop\.test\/buy: 500/),
      expect.stringContaining('Uncaught: TypeError'),
    ]);
    await page.click('.step-said .more:has-text("1 more")');
    await page.waitForSelector('#tab-console[aria-selected=true]');
    expect(await page.locator('.console li').count()).toBe(3);
    await page.click('.console-filters button:has-text("Errors")');
    expect(await page.locator('.console li').allInnerTexts()).toEqual([expect.stringContaining('TypeError')]);
    expect(await findings(page, { within: '.desk' })).toEqual([]);
    await page.click('.console li button');
    await page.waitForSelector('.past-note');
    expect(await text(page, '.step.is-current .step-number')).toBe('3');
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
    const steps = [{ action: 'goto', url: '/never?keys', timeoutMs: 60_000 }];
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
  });
});

describe('a step whose selector matched nothing', () => {
  it('leads to its line in the flow, to be edited and run again', async () => {
    const id = await finished(bench, await failing(), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.click('.step-failed .nearest button');
    await page.waitForSelector('#flow:focus');
    const chosen = await page.evaluate<string>(
      `(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd))(document.activeElement)`,
    );
    expect(chosen).toContain('#nope');
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
