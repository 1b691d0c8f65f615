/** A run that failed beside the last one of the same flow that passed. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMember, adminByToken } from '../../../support/database/members.ts';
import { eventually } from '../../../support/eventually.ts';
import { everyNth } from '../../../support/share.ts';
import { type ChangingSite, startChangingSite } from '../../../support/sites/changing-site.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../../support/visualiser/bench.ts';
import { signIn } from '../../../support/visualiser/desk.ts';

const bench = useVisualiser();
let site: ChangingSite;
/** Two that passed, then one that failed. */
let runs: { older: string; passed: string; failed: string };

const flow = () => ({
  baseUrl: site.url,
  captureScreenshotAfterEachStep: true,
  steps: [
    { action: 'goto', url: '/' },
    { action: 'click', selector: '#basket' },
    { action: 'click', selector: '#pay', timeoutMs: 2_500 },
  ],
});
const order = async () => {
  const project = await bench.client.project();
  return bench.client.start({ project, flow: { name: 'order' } } as never);
};
const keep = async (changed: object) => {
  const path = `/v1/projects/${await bench.client.project()}/flows/order`;
  const { status } = await bench.client.request('PUT', path, { body: { flow: changed } });
  expect([200, 201]).toContain(status);
};

beforeAll(async () => {
  site = await startChangingSite();
  await keep(flow());
  const older = await finished(bench, await order(), 'pass');
  const passed = await finished(bench, await order(), 'pass');
  site.breakPayments();
  await keep({ ...flow(), captureA11yAfterEachStep: true });
  const failed = await finished(bench, await order(), 'fail');
  runs = { older, passed, failed };
});
afterAll(() => site?.[Symbol.asyncDispose]());

const openCompared = async (options = {}) => {
  const page = await bench.desk.openSignedIn(`#/runs/${runs.failed}/compare`, options);
  await page.waitForSelector('.wipe-over img');
  return page;
};
const chosen = (page: Page) => text(page, '.compare-steps [aria-pressed=true] .step-number');

describe('a run that failed', () => {
  it('is one click from the last of its flow that passed: what differs first, by time, in pictures and in words', async () => {
    const page = await bench.desk.openSignedIn(`#/runs/${runs.failed}`);
    await page.click('.why .compare-link');
    await page.waitForSelector('.wipe-over img');
    expect(new URL(page.url()).hash).toBe(`#/runs/${runs.failed}/compare`);
    expect(await text(page, '.compare-first')).toMatch(
      /^Step 3 \(click #pay\) is the first that went otherwise: it failed, and was done in the other run.* Step 2 \(click #basket\) differs before it: its page said “Document .*\/basket: 500.*” \(in the other run: 200.*\) and 1 more.* The flow has changed: version 1 → 2\./,
    );
    expect(
      await page.locator('.compare-run a').evaluateAll((all) => all.map((one) => one.getAttribute('href'))),
    ).toEqual([`#/runs/${runs.failed}`, `#/runs/${runs.passed}`]);
    expect(await chosen(page)).toBe('3');
    const rows = await page.locator('.compare-steps li').allInnerTexts();
    expect(rows).toHaveLength(3);
    expect(rows[2]).toMatch(
      /#pay[\s\S]*it failed, and was done in the other run[\s\S]*This\n[\d.]+ s\nOther\n[\d.]+ m?s$/,
    );
    const said = await page.locator('.compare .console li').allInnerTexts();
    expect(said).toEqual([
      expect.stringContaining('500'),
      expect.stringMatching(/Console: order \d+: no payments/),
    ]);

    await page.keyboard.press('[');
    await eventually(async () => expect(await chosen(page)).toBe('2'));
    await page.keyboard.press(']');
    await eventually(async () => expect(await chosen(page)).toBe('3'));
    await page.click('.compare .console li button');
    await eventually(async () => expect(await chosen(page)).toBe('2'));
  });

  it('has the pictures of both under a wipe that keys move, or side by side', async () => {
    const page = await openCompared();
    const handle = page.getByRole('slider', { name: 'How much of the picture of the other run is shown' });
    await handle.focus();
    await page.keyboard.press('ArrowRight');
    expect(await handle.getAttribute('aria-valuetext')).toBe('51 %');
    const shownFrom = () =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('.wipe-over')).clipPath`);
    expect(await shownFrom()).toContain('51%');
    await page.keyboard.press('End');
    await eventually(async () => expect(await shownFrom()).toContain('100%'));
    await page.click('button:text-is("Side by side")');
    for (const n of [1, 2]) await page.waitForSelector(`.compare-beside figure:nth-of-type(${n}) img`);
    const alts = await page
      .locator('.compare-beside img')
      .evaluateAll((all) => all.map((one) => one.getAttribute('alt')));
    expect(alts).toEqual(['The other run, after step 3', 'This run, after step 3']);
  });

  it('is compared with another run by choice, or by its address', async () => {
    const page = await openCompared();
    await page.selectOption('select[name=other]', runs.older);
    await page.waitForSelector(`.compare-run a[href="#/runs/${runs.older}"]`);
    expect(new URL(page.url()).hash).toBe(`#/runs/${runs.failed}/compare/${runs.older}`);
    await page.goto(`${bench.url}/#/runs/${runs.passed}/compare/${runs.passed}`);
    await page.waitForSelector('.compare-first:has-text("No step differs.")');
    expect(await text(page, '.compare .nothing')).toBe(
      'Nothing: all that it said was said in the other run, too.',
    );
    await page.goto(`${bench.url}/#/runs/${runs.failed}/compare/${randomUUID()}`);
    await page.waitForSelector('.empty:has-text("No such run")');
  });

  it('that goes on stays in view while it cannot be read, dated; without pictures, it says how to have them', async () => {
    const steps = [
      { action: 'goto', url: '/' },
      { action: 'click', selector: '#never', timeoutMs: 110_000 },
    ];
    const live = await bench.client.start({ baseUrl: site.url, steps });
    const page = await bench.desk.openSignedIn(`#/runs/${live}/compare/${runs.passed}`);
    await page.waitForSelector('.compare-steps li:has-text("#never")');
    await page.click('.compare-steps li:has-text("#never") button');
    expect(await text(page, '.compare-beside figure:nth-of-type(2) .picture-note')).toBe(
      'No picture was taken by then. A flow with captureScreenshotAfterEachStep has one after each step.',
    );
    expect(await page.locator('.compare-steps li:has-text("#never") .compare-longer').count()).toBe(0);
    await page.context().setOffline(true);
    await page.waitForSelector('.compare-old:has-text("As it was at ")');
    expect(await page.locator('.compare-steps li:has-text("#never")').count()).toBe(1);
    await page.context().setOffline(false);
    await page.waitForSelector('.compare-old', { state: 'detached' });
    await bench.client.cancel(live);
  });

  it.each(
    everyNth(2, [
      ['light', 1_280, 'es-ES'],
      ['dark', 1_280, 'en-US'],
      ['dark', 400, 'en-US'],
      ['light', 900, 'en-US'],
    ] as const),
  )(
    'has a page without findings and without scrolling sideways: %s, %i px, %s',
    async (colorScheme, width, locale) => {
      const page = await openCompared({ colorScheme, locale, viewport: { width, height: 800 } });
      const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(wider).toBeLessThanOrEqual(0);
      expect(await findings(page, { within: 'main' })).toEqual([]);
      if (locale === 'es-ES')
        expect(await text(page, '.compare-first')).toMatch(/es el primero que fue de otro modo/);
    },
  );
});

describe('no comparison', () => {
  it('is offered of a run that passed, or of which none like it has passed', async () => {
    const lone = await finished(
      bench,
      await bench.client.start({ ...flow(), name: 'lone order' } as never),
      'fail',
    );
    const page = await bench.desk.openSignedIn(`#/runs/${lone}/compare`);
    await page.waitForSelector('.empty:has-text("No run like it has passed before")');
    const looked = page.waitForResponse((answer) => answer.url().includes('outcome=pass'));
    await page.goto(`${bench.url}/#/runs/${lone}`);
    await (await looked).finished();
    await page.waitForSelector('.step-failed');
    expect(await page.locator('.compare-link').count()).toBe(0);
    await page.goto(`${bench.url}/#/runs/${runs.passed}`);
    await page.waitForSelector('.run-title .badge-pass');
    expect(await page.locator('.compare-link').count()).toBe(0);
  });

  it('I11: shows a run that its reader may not see', async () => {
    const stranger = await addMember(await adminByToken(bench.client));
    const steps = [{ action: 'goto', url: '/' }];
    const own = await stranger.client.start({ baseUrl: site.url, steps });
    const page = await bench.desk.open();
    await page.goto(`${bench.url}/#/runs/${own}/compare/${runs.passed}`);
    await signIn(page, stranger.account);
    await page.waitForSelector(
      '.empty:has-text("One of the two runs does not exist, or you may not see it.")',
    );
  });
});
