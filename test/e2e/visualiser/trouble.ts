import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually, promisedMs, scaledMs } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { ADMIN } from '../../support/stack/stack.ts';
import { finished, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { signIn } from '../../support/visualiser/desk.ts';
import { addEvents } from '../../support/visualiser/many-runs.ts';

/** The tests are one story: the gateway goes and comes back, then the runner is killed. */
const LEASE_MS = scaledMs(9_000);
const bench = useVisualiser();

describe('a stack in trouble', () => {
  beforeAll(async () => {
    await bench.runner.stop();
    bench.runner = await bench.stack.start('runner', {
      GHOSTLY_LEASE_MS: String(LEASE_MS),
      GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(1_500)),
    });
  });
  // The next runner takes away what a killed one has left.
  afterAll(() => bench.stack.start('runner'));

  const shownSeqs = async (page: Page) => {
    await page.click('#tab-events');
    return page.locator('.timeline li').count();
  };

  extendedOnly(() => {
    it('I7: a lost connection is shown, comes back by itself, and leaves no gap', async () => {
      const id = await bench.client.start({
        baseUrl: bench.site.url,
        steps: [
          { action: 'goto', url: '/gated?lost' },
          { action: 'waitForSelector', selector: '#opened' },
          { action: 'goto', url: '/held?later' },
          { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
        ],
      });
      const page = await bench.desk.openSignedIn(`#/runs/${id}`);
      await page.waitForSelector('[data-moment-state="running.stepping.acting"]');
      await page.evaluate('window.sameDocument = true');

      await bench.gateway.stop();
      await page.waitForSelector('.is-lost');
      expect(await text(page, '.is-lost')).toContain('The gateway has not answered since');
      // The run goes on meanwhile.
      bench.site.release('/gate?lost');
      await bench.site.asked('/never?later');
      bench.gateway = await bench.stack.start('gateway', { PORT: new URL(bench.url).port });

      await page.waitForSelector('.is-found');
      await page.waitForSelector('.step-running .step-number:text("4")');
      const { events } = await bench.client.read(id);
      await eventually(async () => expect(await shownSeqs(page)).toBe(events.length));
      expect(await page.evaluate('window.sameDocument')).toBe(true);
      expect(await page.locator('.is-lost').count()).toBe(0);
      await bench.client.cancel(id);
    });
  });

  it('a view that cannot be drawn says so, and the others go on', async () => {
    const page = await bench.desk.openSignedIn('#/system');
    await page.waitForSelector('.runner');
    const broken = '.empty-title:text-is("This view could not be drawn.")';
    await page.evaluate(`
    const { parse } = Date;
    window.mend = () => { Date.parse = parse; };
    window.break = () => { Date.parse = () => { throw new Error('broken on purpose'); }; };
    window.break()`);
    await page.waitForSelector(broken);
    await page.evaluate('window.mend()');
    await page.click('nav a[href="#/runs"]');
    await page.waitForSelector('.toolbar');
    await page.click('nav a[href="#/system"]');
    await page.waitForSelector('.runner');
    await page.evaluate('window.break()');
    await page.click(`.empty:has(${broken}) .button`);
    await page.waitForSelector('.runner');
    expect(bench.desk.problems()).toEqual(Array(2).fill('page error: broken on purpose'));
  });

  it('a session that is over leads to the sign-in, and from there back to where it was', async () => {
    const page = await bench.desk.openSignedIn('#/system');
    await page.waitForSelector('.runner');
    await rows(bench.stack.databaseUrl, `update user_sessions set expires_at = clock_timestamp()`);
    await page.waitForSelector('.sign-in .note');
    expect(await text(page, '.sign-in .note')).toContain('Your session is over');
    await signIn(page, ADMIN);
    await page.waitForSelector('.runner');
    expect(new URL(page.url()).hash).toBe('#/system');
    await page.click('.menu-button');
    await page.getByText('Sign out', { exact: true }).click();
    await page.waitForSelector('.sign-in');
    expect(await page.context().cookies()).toEqual([]);
  });

  extendedOnly(() => {
    it('a session whose time is over ends by itself', async () => {
      const page = await bench.desk.openSignedIn('#/system');
      await page.evaluate(`
    const kept = JSON.parse(localStorage.getItem('ghostly.session'));
    localStorage.setItem('ghostly.session', JSON.stringify({ ...kept, until: Date.now() + 1_500 }));
    location.reload()`);
      await page.waitForSelector('.sign-in .note');
      expect(await page.evaluate('localStorage.getItem("ghostly.session")')).toBeNull();
    });
  });

  extendedOnly(() => {
    it('a runner that is killed is seen to be gone within a lease, and its run has a verdict', async () => {
      const system = await bench.desk.openSignedIn('#/system');
      const alive = '.runner[data-condition=alive]';
      await system.waitForSelector(alive);
      const runner = `.runner[data-runner="${await system.getAttribute(alive, 'data-runner')}"]`;
      const id = await bench.client.start({
        baseUrl: bench.site.url,
        steps: [{ action: 'goto', url: '/never?stale' }],
      });
      await bench.site.asked('/never?stale');
      const lost = await bench.client.start({
        baseUrl: bench.site.url,
        steps: [{ action: 'goto', url: '/never?lost-run' }],
      });
      await bench.site.asked('/never?lost-run');
      await system.waitForSelector(`.held a[href="#/runs/${id}"]`);
      const page = await bench.desk.openSignedIn(`#/runs/${id}`);
      await page.waitForSelector('[data-moment-state="running.stepping.acting"]');

      bench.runner.signal('SIGKILL');
      await bench.runner.exited;
      await system.waitForSelector(`${runner}[data-condition=gone]`, { timeout: promisedMs(LEASE_MS) });
      expect(await text(system, runner)).toContain('gone');

      const waiting = await bench.client.start({
        baseUrl: bench.site.url,
        steps: [{ action: 'goto', url: '/plain' }],
      });
      await system.waitForSelector('.number:first-child dd:text-is("1")');
      await system.waitForSelector('.number:first-child :text("oldest for")');
      await bench.client.cancel(waiting);

      await page.click('.run-actions .danger');
      await page.waitForSelector('.cancel-preview code');
      expect(await text(page, '.cancel-preview')).toContain('Its runner is lost');
      await page.click('dialog .danger');
      await page.waitForSelector('.verdict');
      expect(await text(page, '.verdict')).toMatch(
        /Its process ended|Its runner was silent for longer than a runner may be/,
      );
      await page.waitForSelector('.hops tfoot');
      expect(await text(page, '.receipt')).toContain('its runner was lost');
      expect(await text(page, '.run-title')).toContain('cancelled');

      // Nobody had asked for the end of this one.
      await finished(bench, lost, 'fail');
      await page.goto(`${bench.url}/#/runs/${lost}`);
      await page.waitForSelector('.run-title .badge-lost');
      expect(await text(page, '.chart-side .verdict')).toContain('supervisor');
      await page.waitForSelector('[data-label-of="running>fail"] .is-lit[data-word=STALE]');
      expect(await page.locator('[data-edge-taken="running.settling>fail"]').count()).toBe(0);
      expect(await text(page, '.step-interrupted .tags')).toBe('interrupted');
      await page.goto(`${bench.url}/#/runs`);
      await page.selectOption('.select select', 'lost');
      await page.waitForSelector(`.row-link[href="#/runs/${lost}"]`);
      await page.waitForSelector(`.row-link[href="#/runs/${id}"]`, { state: 'detached' });
    });
  });

  extendedOnly(() => {
    it('a thousand events leave the memory of a page as it was', async () => {
      const id = await bench.client.start({
        baseUrl: bench.site.url,
        steps: [{ action: 'goto', url: '/plain' }],
      });
      const page = await bench.desk.openSignedIn('#/system', { reducedMotion: 'no-preference' });
      const showSystem = () => page.waitForSelector('#last-hour-title');
      await showSystem();
      const last = async (count: number) =>
        page.waitForSelector(`.slider-seq:text-is("Event ${count} of ${count}")`);
      const heap = async () => {
        await page.requestGC();
        return page.evaluate<{ bytes: number; nodes: number }>(
          '({ bytes: performance.memory.usedJSHeapSize, nodes: document.getElementsByTagName("*").length })',
        );
      };
      const system = await heap();
      await page.evaluate(`location.hash = '#/runs/${id}'`);
      await page.waitForSelector('[data-moment-state]');
      let count = 0;
      const add = async (more: number) => {
        await addEvents(bench.stack.databaseUrl, id, more);
        count += more;
        await last(count);
      };
      await add(100);
      const before = await heap();
      for (let n = 0; n < 10; n += 1) await add(100);
      const after = await heap();
      // The events themselves are kept: some hundred bytes each, and a mark on the slider.
      expect(after.bytes - before.bytes).toBeLessThan(3_000_000);
      expect(after.nodes - before.nodes).toBeLessThanOrEqual(1_010);

      await page.click('nav a[href="#/system"]');
      await showSystem();
      const left = await heap();
      // A minute may have been added to its charts meanwhile.
      expect(left.nodes).toBeLessThan(system.nodes + 100);
      expect(left.bytes - before.bytes).toBeLessThan(1_500_000);
    });
  });
});
