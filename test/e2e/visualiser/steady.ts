import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { useVisualiser } from '../../support/visualiser/bench.ts';

const bench = useVisualiser();

/** What web.dev calls a good page stays below 0.1. */
const STEADY = 0.05;

/** Sums how far things have moved by themselves since the page was opened, as parts of the screen, and says which. */
const WATCH_SHIFTS = `(() => {
  globalThis.shifts = { sum: 0, moved: [] };
  const nameOf = (node) => node?.className?.baseVal ?? node?.className ?? node?.nodeName;
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      shifts.sum += value;
      if (value > 0.005) shifts.moved.push(value.toFixed(3) + ' ' + sources.map(({ node }) => nameOf(node)).join(', '));
    }
  }).observe({ type: 'layout-shift', buffered: true });
})()`;

/** What came last is drawn, and two frames more, so that what it moves is counted. */
async function shiftsOf(page: Page): Promise<{ sum: number; moved: string[] }> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return page.evaluate('shifts');
}

/** A run whose second step does not end by itself, and that cleans up after a cancel. */
async function openRun(width: number, height: number): Promise<{ id: string; page: Page }> {
  const stuck = `/never?steady-${width}`;
  const { client, desk, site } = bench;
  const id = await client.start({
    baseUrl: site.url,
    captureScreenshotAfterEachStep: true,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'goto', url: stuck, timeoutMs: 120_000 },
    ],
    onCancel: [{ action: 'goto', url: '/plain' }],
  });
  const page = await desk.openSignedIn(`#/runs/${id}`, { viewport: { width, height } });
  await page.evaluate(WATCH_SHIFTS);
  await site.asked(stuck);
  await page.waitForSelector('.step-running .step-number:text("2")');
  return { id, page };
}

describe('the page of a run that is stopped', () => {
  it.each([
    [360, 740],
    [768, 1024],
    [1280, 800],
    [1920, 1080],
  ])(
    'has a place for the ladder and the receipt from the start: nothing jumps, at %i px',
    async (width, height) => {
      const { id, page } = await openRun(width, height);
      await bench.client.cancel(id, { body: { reason: 'nothing jumps' } });
      await page.waitForSelector('.hops tfoot', { state: 'attached' });
      const { sum, moved } = await shiftsOf(page);
      expect(sum, moved.join('\n')).toBeLessThan(STEADY);
    },
  );
});

describe('the page of a run without a name', () => {
  it.each([
    [360, 'Form'],
    [1280, 'A form that is called by as many words as anybody may want, and by some more'],
  ])(
    'calls it by the title of its first page, and nothing below it jumps, at %i px: %s',
    async (width, title) => {
      const { client, desk, site } = bench;
      const gate = `/gate?titled-${width}-${title.length}`;
      const stuck = `/never?titled-${width}-${title.length}`;
      const urls = [gate, `/titled?${encodeURIComponent(title)}`, stuck];
      const steps = urls.map((url) => ({ action: 'goto', url, timeoutMs: 60_000 }));
      const id = await client.start({ baseUrl: site.url, steps });
      const page = await desk.openSignedIn(`#/runs/${id}`, { viewport: { width, height: 800 } });
      await page.waitForSelector('.step-running .step-number:text("1")');
      await page.evaluate(WATCH_SHIFTS);
      site.release(gate);
      await page.waitForSelector(`h1:has-text("${title}")`);
      await page.waitForSelector('.step-running .step-number:text("3")');
      // What stands below the name; the chart moves its lamp meanwhile.
      expect((await shiftsOf(page)).moved.filter((line) => /run-line|axis|desk/.test(line))).toEqual([]);
      await client.cancel(id);
    },
  );
});

describe('the page of a run that finds something', () => {
  it.each([360, 768, 1280, 1920])(
    'has its results where nothing jumps as they come, at %i px',
    async (width) => {
      const { client, desk, site } = bench;
      const [gate, stuck] = [`/gate?found-${width}`, `/never?found-${width}`];
      const rows = Array.from({ length: 20 }, (_, n) => ({ n, name: `row ${n}` }));
      const id = await client.start({
        baseUrl: site.url,
        steps: [
          { action: 'goto', url: gate, timeoutMs: 120_000 },
          { action: 'set', name: 'rows', value: rows },
          { action: 'goto', url: stuck, timeoutMs: 120_000 },
        ],
      });
      const page = await desk.openSignedIn(`#/runs/${id}`, { viewport: { width, height: 800 } });
      await page.waitForSelector('.step-running .step-number:text("1")');
      await page.evaluate(WATCH_SHIFTS);
      site.release(gate);
      await page.waitForSelector('.result-rows', { state: 'attached' });
      await page.waitForSelector('.step-running .step-number:text("3")');
      const { moved } = await shiftsOf(page);
      expect(moved.filter((line) => /moment|tabs|desk|run-facts|axis/.test(line))).toEqual([]);
      await client.cancel(id);
    },
  );
});
