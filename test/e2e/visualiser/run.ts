import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { currentState, signIn } from '../../support/visualiser/desk.ts';

const bench = useVisualiser();

/** Hides the page like a tab behind another one. */
const hide = (page: Page, hidden: boolean) =>
  page.evaluate(`{
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
    document.dispatchEvent(new Event('visibilitychange'));
  }`);

describe('a run', () => {
  it('can be gone through after its end: chart, step, picture, context and address change together', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const viewport = { width: 1_920, height: 1_080 };
    const page = await bench.desk.openSignedIn(`#/runs/${id}`, { viewport });
    await page.waitForSelector('[data-current][data-state="pass"]');
    await page.waitForSelector('.screen img');
    const last = (await bench.client.read(id)).events.length;
    const shown = async () => ({
      state: await currentState(page),
      context: await page.getAttribute('.way', 'data-moment-state'),
      steps: await page.locator('.step:not(.step-ahead)').count(),
      picture: await page.locator('.screen img').count(),
      hash: new URL(page.url()).hash,
    });
    expect(await shown()).toMatchObject({ state: 'pass', steps: 2, picture: 1, hash: `#/runs/${id}` });

    for (let n = 0; n < last - 4; n += 1) await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('[data-current][data-state="running.stepping.acting"]');
    expect(await shown()).toEqual({
      state: 'running.stepping.acting',
      context: 'running.stepping.acting',
      steps: 1,
      picture: 0,
      hash: `#/runs/${id}@4`,
    });
    await page.focus('[data-current]');
    expect(await text(page, '.tip')).toMatch(/once, [\d.]+ m?s in all · current state/);
    await page.hover('[data-state="running.launching"]');
    expect(await text(page, '.tip')).toMatch(/A runner has it[\s\S]*once, [\d.]+ m?s in all$/);
    await page.hover('[data-state="pass"]');
    expect(await text(page, '.tip')).toContain('not reached');

    const other = await bench.desk.openSignedIn(`#/runs/${id}@4`, { viewport });
    await other.waitForSelector('[data-current][data-state="running.stepping.acting"]');
    expect(await other.getAttribute('[role=slider]', 'aria-valuetext')).toContain(`Event 4 of ${last}`);
    await other.click('#tab-events');
    await other.click('.timeline li:nth-child(1) button');
    expect(await currentState(other)).toBe('running.launching');
    await other.click('.live');
    await eventually(async () => {
      const panel = await other.locator('.tab-panel').boundingBox();
      const row = await other.locator('.timeline [aria-current]').boundingBox();
      expect(row!.y).toBeGreaterThan(panel!.y);
      expect(row!.y + row!.height).toBeLessThanOrEqual(panel!.y + panel!.height + 1);
    });
    expect(new URL(other.url()).hash).toBe(`#/runs/${id}`);
    await other.click('#tab-picture');
    await other.click('button.screen');
    await other.waitForSelector('dialog .screen img');
    await other.keyboard.press('ArrowLeft');
    await other.waitForSelector(`.slider-seq:text("Event ${last - 1} of ${last}")`);
    await other.keyboard.press('Escape');
    await other.waitForSelector('dialog', { state: 'detached' });
  });

  it('I10: without a name is called like its first page, redacted, and is found by that', async () => {
    const flow = {
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/titled?A%20mug%20for%20hunter2' },
        // A page that does not tell its title soon is asked again after the next step.
        ...Array.from({ length: 4 }, () => ({ action: 'waitForSelector', selector: 'h1' })),
        { action: 'goto', url: '/form' },
        { action: 'fill', selector: '[name=name]', value: 'hunter2' },
      ],
    };
    const id = await finished(bench, await bench.client.start(flow), 'pass');
    const named = await finished(bench, await bench.client.start({ ...flow, name: 'By name' }), 'pass');
    const title = 'A mug for [REDACTED]';
    expect(await bench.client.read(id)).toMatchObject({ title });
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector(`h1:has-text("${title}")`);
    await page.evaluate("location.hash = '#/runs?q=mug'");
    await page.waitForSelector(`[href="#/runs/${id}"]:has-text("${title}")`);
    await page.waitForSelector(`[href="#/runs/${named}"]:has-text("By name")`);
    expect(await page.content()).not.toContain('hunter2');
  });

  extendedOnly(() => {
    it('I7: a hidden page lets its stream go, and takes it up when it is seen, without a gap', async () => {
      const id = await bench.client.start({
        baseUrl: bench.site.url,
        steps: [
          { action: 'goto', url: '/gated?hidden' },
          { action: 'waitForSelector', selector: '#opened' },
          { action: 'goto', url: '/held?shown' },
          { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
        ],
      });
      const page = await bench.desk.openSignedIn(`#/runs/${id}`);
      await page.waitForSelector('[data-moment-state="running.stepping.acting"]');
      const ofStream = `/v1/runs/${id}/events/stream`;
      const letGo = page.waitForEvent('requestfailed', (request) => request.url().includes(ofStream));
      await hide(page, true);
      await letGo;
      bench.site.release('/gate?hidden');
      await bench.site.asked('/never?shown');
      const taken = page.waitForRequest((request) => request.url().includes(ofStream));
      await hide(page, false);
      await taken;
      await page.waitForSelector('.step-running .step-number:text("4")');
      await page.click('#tab-events');
      const { events } = await bench.client.read(id);
      await eventually(async () => expect(await page.locator('.timeline li').count()).toBe(events.length));
      await bench.client.cancel(id);
      await page.waitForSelector('[data-moment-state="fail"]');
    });

    it('says of a picture that is not in the store yet that it is to come, and shows it when it is there', async () => {
      const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
      const page = await bench.desk.openSignedIn('');
      let isThere = false;
      // The answer of a gateway on another machine after an outage of its store.
      const pending = {
        status: 503,
        headers: { 'Retry-After': '1' },
        json: { ok: false, error: 'the artifact is not in the store yet, try again' },
      };
      await page.route('**/artifacts/**', (route) => (isThere ? route.continue() : route.fulfill(pending)));
      await page.evaluate(`location.hash = '#/runs/${id}'`);
      await page.waitForSelector('.screen .picture-note:text("not in the store yet")');
      isThere = true;
      await page.waitForSelector('.screen img');
    });
  });

  it('is found by the end of its id in the address', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [{ action: 'goto', url: '/plain' }],
    });
    const page = await bench.desk.openSignedIn(`#/runs/${id.slice(-8)}`);
    await page.waitForSelector('[data-moment-state="pass"]');
  });

  extendedOnly(() => {
    it('says so if there is none, or none for this user', async () => {
      const id = await bench.client.start({
        baseUrl: bench.site.url,
        steps: [{ action: 'goto', url: '/never' }],
      });
      const member = { email: 'member@test.local', password: 'another long password' };
      await bench.client.request('POST', '/v1/auth/register', { body: member });
      const page = await bench.desk.open();
      await page.goto(`${bench.url}/#/runs/${id}`);
      await signIn(page, member);
      await page.waitForSelector('.empty');
      expect(await text(page, '.empty')).toContain('No such run');
      await page.goto(`${bench.url}/#/runs/not-an-id`);
      await page.waitForSelector('.empty');
      expect(await text(page, '.empty')).toContain('No such run');
      await bench.client.cancel(id);
    });
  });
});

describe('a run that is being stopped', () => {
  it('shows the ladder, what it waits for and when the next rung is due, and then the receipt', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [{ action: 'goto', url: '/never?slow', timeoutMs: 120_000, atomic: true }],
      onCancel: [{ action: 'goto', url: '/never?cleaning', timeoutMs: 120_000 }],
    });
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await bench.site.asked('/never?slow');
    await page.waitForSelector('[data-moment-state="running.stepping.acting"]');
    await page.click('.run-actions .danger');
    await page.waitForSelector('.cancel-preview code');
    expect(await text(page, '.cancel-preview')).toMatch(
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

    await bench.site.asked('/never?cleaning');
    await page.waitForSelector('.rung-current:has-text("cleaning")');
    await page.waitForSelector('.waiting:has-text("Waits for its onCancel steps to end")');
    expect(await text(page, '.rung-passed')).toMatch(/finishing\s+[\d.]+ s/);

    await page.waitForSelector('.hops tfoot');
    const receipt = await text(page, '.receipt');
    expect(receipt).toMatch(/Atomic step over\s+[\d.]+ s\s+its time was over/);
    expect(receipt).toMatch(/onCancel steps done\s+[\d.]+ s\s+0 done, 1 failed/);
    expect(await text(page, '.ladder')).toMatch(/killing\s+not needed/);
    expect(receipt).toContain('too slow');
  });

  it('can be stopped harder', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [{ action: 'goto', url: '/never?harder', timeoutMs: 120_000, atomic: true }],
    });
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await bench.site.asked('/never?harder');
    await page.waitForSelector('[data-moment-state="running.stepping.acting"]');
    await bench.client.cancel(id);
    await page.getByText('Stop by force').click();
    await page.waitForSelector('dialog .cancel-preview code');
    await page.click('dialog .danger');
    await page.waitForSelector('.hops tfoot');
    expect(await text(page, '.hops')).toMatch(/Hardened[\s\S]*[Cc]ontext closed/);
  });
});
