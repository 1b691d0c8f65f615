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

/** A run whose second step does not end by itself, and that cleans up after a cancel. */
async function openRun(width: number, height: number): Promise<{ id: string; page: Page }> {
  const stuck = `/never?steady-${width}`;
  const { client, desk, site } = bench;
  const id = await client.start({
    baseUrl: site.url,
    // Without a name it is called like its first page as soon as that is there, and that may take a line less.
    name: 'nothing jumps',
    captureScreenshotAfterEachStep: true,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'goto', url: stuck, timeoutMs: 60_000 },
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
      await page.waitForSelector('.hops tfoot', { state: 'attached', timeout: 20_000 });
      // What is told of it last is drawn, and two frames more, so that what it moves is counted.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      const { sum, moved } = await page.evaluate<{ sum: number; moved: string[] }>('shifts');
      expect(sum, moved.join('\n')).toBeLessThan(STEADY);
    },
    40_000,
  );
});
