import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';

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
    await page.waitForSelector('.axis-picture img');
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
    await page.waitForSelector('.axis-picture img');
    const pictures = () => page.locator('.axis-picture').count();
    const before = await pictures();
    expect(before).toBeLessThan(4);
    for (let n = 0; n < 3; n += 1) await page.getByRole('button', { name: 'Zoom in on the time' }).click();
    await eventually(async () => expect(await pictures()).toBe(4));
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

  it('folds a pause, and the step that failed in it is open, in sight and followed by those ahead', async () => {
    const id = await finished(bench, await bench.client.start(failingFlow()), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.axis-fold');
    expect(await text(page, '.axis-fold')).toMatch(/⋯ [56]\.\d s/);
    await page.waitForSelector('.step-failed.is-open .step-picture img');
    const [panel, failed] = await Promise.all(
      ['.tab-panel', '.step-failed .step-error'].map((selector) => page.locator(selector).boundingBox()),
    );
    expect(failed!.y).toBeGreaterThanOrEqual(panel!.y);
    expect(failed!.y).toBeLessThan(panel!.y + panel!.height);
    await page.waitForSelector('.step-ahead');
    expect(await page.locator('.step-ahead').allInnerTexts()).toEqual([
      expect.stringMatching(/3\s+goto\s+\/plain/),
      expect.stringMatching(/4\s+press\s+Enter/),
    ]);
    const height = async () => (await page.locator('.step-failed .step-error').boundingBox())!.height;
    const whole = await height();
    await page.getByRole('button', { name: 'less: 2. click' }).click();
    await eventually(async () => expect(await height()).toBeLessThan(whole));
    await page.getByRole('button', { name: 'more: 2. click' }).click();
    await eventually(async () => expect(await height()).toBe(whole));

    await page.click('#tab-timeline');
    await page.locator('.timeline-event').filter({ hasText: 'step begins' }).nth(1).click();
    await page.waitForSelector('.past-note');
    await page.click('#tab-steps');
    expect(await text(page, '.step.is-current')).toMatch(/running\s+2\s+click/);
  }, 30_000);

  it('stands above chart, page and steps, which are beside each other on wide screens', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.chart-sheet');
    for (const width of [1920, 2560]) {
      await page.setViewportSize({ width, height: 1080 });
      const [chart, picture, steps] = await Promise.all(
        ['.run-chart', '.moment', '.tabs'].map((selector) => page.locator(selector).first().boundingBox()),
      );
      expect(chart!.x + chart!.width).toBeLessThan(picture!.x);
      expect(picture!.x + picture!.width).toBeLessThan(steps!.x);
      expect([picture!.y, steps!.y]).toEqual([chart!.y, chart!.y]);
      expect(steps!.x + steps!.width).toBeGreaterThan(width * 0.85);
    }
  });
});
