import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#shared/local/process/free-port.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startSite, type TestSite } from '../support/site.ts';
import { ADMIN, createStack, type Stack, startOneOfEach } from '../support/stack.ts';
import { buildVisualiser } from '../support/visualiser/build.ts';
import { currentState, type Desk, openDesk, signIn } from '../support/visualiser/desk.ts';

/** A ladder that is climbed slowly enough to be watched. */
const SLOW = { GHOSTLY_LEASE_MS: '60000', GHOSTLY_CANCEL_GRACE_MS: '16000' };

let stack: Stack;
let client: Client;
let site: TestSite;
let desk: Desk;
let url: string;

beforeAll(async () => {
  const [webDir, port] = [await buildVisualiser(), await freePort()];
  [stack, site] = await Promise.all([
    createStack({ env: { ...SLOW, GHOSTLY_WEB_DIR: webDir, PORT: String(port) } }),
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

/** In the page: what the chart lights from now on, and when; and along which arrows it shows the run going. */
const NOTE_STATES = `
  window.seen = [];
  window.pulses = new Set();
  const lit = () => document.querySelector('[data-current]')?.getAttribute('data-state') ?? '';
  let last = lit();
  new MutationObserver(() => {
    const state = lit();
    if (state !== last) window.seen.push([state, Date.now()]);
    last = state;
    for (const { dataset } of document.querySelectorAll('.pulse')) window.pulses.add(dataset.edge);
  }).observe(document.querySelector('.chart svg'), { attributes: true, childList: true, subtree: true });`;

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

describe('a run that is watched', () => {
  it('lights each state within 200 ms of its event, and goes on by itself', async () => {
    const page = await desk.openSignedIn();
    const gate = '/gate?watched';
    const id = await client.start({
      baseUrl: site.url,
      steps: [
        { action: 'goto', url: '/plain' },
        { action: 'goto', url: '/gated?watched' },
        { action: 'waitForSelector', selector: '#opened' },
      ],
    });
    await page.goto(`${url}/#/runs/${id}`);
    await site.asked(gate);
    await page.waitForSelector('[data-current][data-state="running.stepping.acting"]');
    await page.evaluate(NOTE_STATES);
    site.release(gate);
    await page.waitForSelector('[data-current][data-state="pass"]');
    const seen = await page.evaluate<[string, number][]>('window.seen');
    const { events } = await client.read(id);
    const delays = seen.map(([state, at]) => {
      const event = events.findLast(({ type, payload }) => type === 'transition' && payload?.to === state);
      return at - Date.parse(String(event?.at));
    });
    expect(delays.length).toBeGreaterThan(0);
    // Half of them: one may meet a machine that has something else to do.
    expect(delays.toSorted((a, b) => a - b)[delays.length >> 1]).toBeLessThan(200);
    expect(await page.evaluate('[...window.pulses]')).toContain('running.settling>pass');
    expect(await text(page, '.run-title')).toContain('passed');
    await page.context().close();
  });

  it('can be gone through after its end: chart, step, picture, context and address change together', async () => {
    const id = await finished(await client.start(passing()), 'pass');
    const page = await desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('[data-current][data-state="pass"]');
    const last = (await client.read(id)).events.length;
    const shown = async () => ({
      state: await currentState(page),
      context: await text(page, '[data-moment-state]'),
      steps: await page.locator('.step').count(),
      picture: await page.locator('.screen img').count(),
      hash: new URL(page.url()).hash,
    });
    expect(await shown()).toMatchObject({ state: 'pass', steps: 2, picture: 1, hash: `#/runs/${id}` });

    for (let n = 0; n < last - 4; n += 1) await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('[data-current][data-state="running.stepping.acting"]');
    expect(await shown()).toEqual({
      ...{ state: 'running.stepping.acting', context: 'running.stepping.acting', steps: 1, picture: 0 },
      hash: `#/runs/${id}@4`,
    });
    await page.focus('[data-current]');
    expect(await text(page, '.tip')).toMatch(/once, [\d.]+ m?s in all · current state/);
    await page.hover('[data-state="running.launching"]');
    expect(await text(page, '.tip')).toMatch(/A runner has it[\s\S]*once, [\d.]+ m?s in all$/);
    await page.hover('[data-state="pass"]');
    expect(await text(page, '.tip')).toContain('not reached');

    const other = await desk.openSignedIn(`#/runs/${id}@4`);
    await other.waitForSelector('[data-current][data-state="running.stepping.acting"]');
    expect(await other.getAttribute('.slider input', 'aria-valuetext')).toContain(`Event 4 of ${last}`);
    await other.click('#tab-timeline');
    await other.click('.timeline li:nth-child(1) button');
    expect(await currentState(other)).toBe('running.launching');
    await other.click('.live');
    const panel = await other.locator('.tab-panel').boundingBox();
    const row = await other.locator('.timeline [aria-current]').boundingBox();
    expect(row!.y).toBeGreaterThan(panel!.y);
    expect(row!.y + row!.height).toBeLessThanOrEqual(panel!.y + panel!.height + 1);
    expect(new URL(other.url()).hash).toBe(`#/runs/${id}`);
    await other.click('button.screen');
    await other.waitForSelector('dialog .screen img');
    await other.keyboard.press('ArrowLeft');
    await other.waitForSelector(`.slider-seq:text("Event ${last - 1} of ${last}")`);
    await other.keyboard.press('Escape');
    await other.waitForSelector('dialog', { state: 'detached' });
    await Promise.all([page.context().close(), other.context().close()]);
  });

  it('says so if there is none, or none for this user', async () => {
    const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/never' }] });
    const member = { email: 'member@test.local', password: 'another long password' };
    await client.request('POST', '/v1/auth/register', { body: member });
    const page = await desk.open();
    await page.goto(`${url}/#/runs/${id}`);
    await signIn(page, member);
    await page.waitForSelector('.empty');
    expect(await text(page, '.empty')).toContain('No such run');
    await page.goto(`${url}/#/runs/not-an-id`);
    await page.waitForSelector('.empty');
    expect(await text(page, '.empty')).toContain('No such run');
    await client.cancel(id);
    await page.context().close();
  });
});

describe('a run that is being stopped', () => {
  it('shows the ladder, what it waits for and when the next rung is due, and then the receipt', async () => {
    const id = await client.start({
      baseUrl: site.url,
      steps: [{ action: 'goto', url: '/never?slow', timeoutMs: 60_000, atomic: true }],
      onCancel: [{ action: 'goto', url: '/never?cleaning', timeoutMs: 60_000 }],
    });
    const page = await desk.openSignedIn(`#/runs/${id}`);
    await site.asked('/never?slow');
    await page.waitForSelector('[data-current][data-state="running.stepping.acting"]');
    await page.click('.run-actions .danger');
    await page.waitForSelector('.foreseen code');
    expect(await text(page, '.foreseen')).toMatch(
      /finishing[\s\S]*waits for step 1 \(goto\), which is atomic/,
    );
    await page.fill('[name=reason]', 'too slow');
    await page.click('dialog .danger');

    await page.waitForSelector('.rung-current:has-text("finishing")');
    await page.waitForSelector('.countdown');
    expect(await text(page, '.waiting')).toMatch(
      /Waits for its atomic step to end[\s\S]*Then: aborting in [\d.]+ m?s/,
    );
    const left = () => page.evaluate<string>(`document.querySelector('.countdown strong').textContent`);
    const first = await left();
    await eventually(async () => expect(await left()).not.toBe(first));
    expect(await page.locator('.rung-ahead').count()).toBe(4);
    expect(await page.locator('.hops').count()).toBe(0);

    await site.asked('/never?cleaning');
    await page.waitForSelector('.rung-current:has-text("cleaning")');
    await page.waitForSelector('.waiting:has-text("Waits for its onCancel steps to end")');
    expect(await text(page, '.rung-passed')).toMatch(/finishing\s+[\d.]+ s/);

    await page.waitForSelector('.hops tfoot', { timeout: 20_000 });
    const receipt = await text(page, '.stopping');
    expect(receipt).toMatch(/Atomic step over\s+[\d.]+ s\s+its time was over/);
    expect(receipt).toMatch(/onCancel steps done\s+[\d.]+ s\s+0 done, 1 failed/);
    expect(receipt).toMatch(/killing\s+not needed/);
    expect(receipt).toContain('too slow');
    await page.context().close();
  }, 40_000);

  it('can be stopped harder', async () => {
    const id = await client.start({
      baseUrl: site.url,
      steps: [{ action: 'goto', url: '/never?harder', timeoutMs: 60_000, atomic: true }],
    });
    const page = await desk.openSignedIn(`#/runs/${id}`);
    await site.asked('/never?harder');
    await page.waitForSelector('[data-current][data-state="running.stepping.acting"]');
    await client.cancel(id);
    await page.getByText('Stop by force').click();
    await page.waitForSelector('dialog .foreseen code');
    await page.click('dialog .danger');
    await page.waitForSelector('.hops tfoot');
    expect(await text(page, '.hops')).toMatch(/Hardened[\s\S]*browser killed/);
    await page.context().close();
  });
});
