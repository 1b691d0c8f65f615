import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { tabTo } from '../../support/visualiser/desk.ts';

const bench = useVisualiser();

const LONG_SELECTOR = `#nope ${'> div.a-name-that-goes-on '.repeat(6)}>> text=Buy`;
/** Its second step waits, fails and is followed by two that never begin. */
const failingFlow = () => ({
  baseUrl: bench.site.url,
  captureScreenshotAfterEachStep: true,
  steps: [
    { action: 'goto', url: '/form' },
    { action: 'click', selector: LONG_SELECTOR, timeoutMs: 6_000 },
    { action: 'goto', url: '/plain' },
    { action: 'press', key: 'Enter' },
  ],
});

describe('the axis of a run', () => {
  it('leads to every recorded moment with the arrow keys, and to that of a place with the pointer', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const { events } = await bench.client.read(id);
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    const slider = page.locator('[role=slider]');
    await page.waitForSelector('.axis-bar-ok');
    const now = async () => Number(await slider.getAttribute('aria-valuenow'));
    const seqs = [0, ...events.map(({ seq }) => seq)];
    expect(await now()).toBe(seqs.at(-1));

    await slider.press('Home');
    const reached = [await now()];
    for (const _ of events) {
      await slider.press('ArrowRight');
      reached.push(await now());
    }
    expect(reached).toEqual(seqs);
    await slider.press('PageDown');
    expect(await now()).toBe(seqs.at(-11));
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^Event \d+ of \d+, \+[\d.]+ s: /);
    await slider.press('End');
    expect(new URL(page.url()).hash).toBe(`#/runs/${id}`);

    // Just behind the beginning of the second step.
    const step = (await page.locator('.axis-bar-ok').nth(1).boundingBox())!;
    await page.mouse.click(step.x + Math.min(8, step.width / 2), step.y + 5);
    const begins = events.filter(({ type }) => type === 'step_start')[1]!;
    expect(await now()).toBe(events.findLast(({ at }) => at === begins.at)!.seq);
    expect(await text(page, '.step.is-current .step-number')).toBe('2');
  });

  it('can be zoomed, and keeps the moment in sight', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench, 4)), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`, { viewport: { width: 360, height: 740 } });
    await page.waitForSelector('.axis-tick', { state: 'attached' });
    const ticks = () => page.locator('.axis-tick').count();
    const before = await ticks();
    for (let n = 0; n < 3; n += 1) await page.getByRole('button', { name: 'Zoom in on the time' }).click();
    await eventually(async () => expect(await ticks()).toBeGreaterThan(before));
    const inSight = async () => {
      const [axis, cursor] = await Promise.all(
        ['.axis-seen', '.axis-cursor'].map((selector) => page.locator(selector).boundingBox()),
      );
      expect(cursor!.x).toBeGreaterThanOrEqual(axis!.x);
      expect(cursor!.x).toBeLessThanOrEqual(axis!.x + axis!.width);
    };
    await eventually(inSight);
    await page.locator('[role=slider]').press('Home');
    await eventually(inSight);
  });

  it('folds a pause, and the step that failed in it is in sight and followed by those ahead', async () => {
    const id = await finished(bench, await bench.client.start(failingFlow()), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.axis-fold');
    expect(await text(page, '.axis-fold')).toMatch(/⋯ [56]\.\d s 2 click/);
    await page.waitForSelector('.step-failed[aria-current]');
    const [panel, failed] = await Promise.all(
      ['.steps', '.step-failed .step-body'].map((selector) => page.locator(selector).boundingBox()),
    );
    expect(failed!.y).toBeGreaterThanOrEqual(panel!.y);
    expect(failed!.y).toBeLessThan(panel!.y + panel!.height);
    await page.waitForSelector('.step-ahead');
    expect(await page.locator('.step-ahead').allInnerTexts()).toEqual([
      expect.stringMatching(/3\s+goto\s+\/plain/),
      expect.stringMatching(/4\s+press\s+Enter/),
    ]);
    // Why it failed stands above; here it is as it was recorded, when that is wanted.
    expect(await page.locator('.step-error').count()).toBe(0);
    await page.getByRole('button', { name: 'more: 2. click' }).click();
    await page.waitForSelector('.step-failed.is-open .step-error:has-text("timed out after 6000 ms")');
    await page.getByRole('button', { name: 'less: 2. click' }).click();
    await page.waitForSelector('.step-error', { state: 'detached' });

    await page.click('#tab-events');
    await page.locator('.timeline-event').filter({ hasText: 'step begins' }).nth(1).click();
    await page.waitForSelector('.past-note');
    expect(await text(page, '.step.is-current')).toMatch(/running\s+2\s+click/);
  });

  it('tells of a place that is pointed at when that was, in which step, and what the page looked like', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    const bar = page.locator('.axis-bar-ok').nth(1);
    expect(await bar.textContent()).toBe('2 goto');
    await bar.hover();
    await page.waitForSelector('.axis-tip img');
    expect(await text(page, '.axis-tip')).toMatch(/\d+:\d\d:\d\d[\s\S]*\+[\d.]+ s\s+2\. goto \/plain/);
    await page.mouse.move(0, 0);
    await page.waitForSelector('.axis-tip', { state: 'detached' });
    // The keyboard shows the same of the moment that is looked at.
    await tabTo(page, '[role=slider]');
    await page.waitForSelector('.axis-tip');
    await page.keyboard.press('Home');
    await page.waitForSelector('.axis-tip:has-text("queued")');
  });
});

describe('the desk of a run', () => {
  it('has the steps, the page and, on wide screens, the chart beside each other', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    for (const width of [1_280, 1_600, 2_560]) {
      await page.setViewportSize({ width, height: 1_000 });
      const parts = ['.desk-steps', '.desk > .tabs', ...(width < 1_600 ? [] : ['.desk-chart .chart-sheet'])];
      const boxes = await Promise.all(parts.map((part) => page.locator(part).boundingBox()));
      for (const [n, box] of boxes.entries())
        if (n > 0) expect(box!.x).toBeGreaterThanOrEqual(boxes[n - 1]!.x + boxes[n - 1]!.width);
      expect(boxes.at(-1)!.x + boxes.at(-1)!.width).toBeGreaterThan(width * 0.85);
      expect(await page.locator('#tab-chart').count()).toBe(width < 1_600 ? 1 : 0);
    }
  });

  it('has the step that failed, why, and the page in sight on a small screen, and says it once', async () => {
    const steps = Array.from({ length: 12 }, () => ({ action: 'goto', url: '/plain' }));
    const failing = { action: 'click', selector: LONG_SELECTOR, timeoutMs: 300 };
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      captureScreenshotAfterEachStep: true,
      steps: [...steps, failing],
    });
    await finished(bench, id, 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`, { viewport: { width: 1_280, height: 800 } });
    await page.waitForSelector('.moment .screen img');
    for (const part of ['.why', '.step-failed[aria-current] .step-body', '.moment .screen']) {
      const box = (await page.locator(part).boundingBox())!;
      expect(box.y, part).toBeGreaterThan(0);
      expect(box.y + box.height, part).toBeLessThanOrEqual(800);
    }
    expect(await text(page, '.why')).toMatch(/^Step 13 found no element for .*>> text=Buy in 300 ms/);
    expect(await page.locator('.step-error').count()).toBe(0);
  });
});
