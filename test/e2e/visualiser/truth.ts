import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { tabTo } from '../../support/visualiser/desk.ts';

const bench = useVisualiser();

const failingFlow = () => ({
  baseUrl: bench.site.url,
  captureScreenshotAfterEachStep: true,
  steps: [
    { action: 'goto', url: '/form' },
    { action: 'click', selector: '#nope', timeoutMs: 300 },
  ],
});
const lateFlow = () => ({
  baseUrl: bench.site.url,
  maxDurationMs: 1_000,
  steps: [{ action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 }],
});

interface Shown {
  taken: string[];
  /** Words of labels, by the arrow that they are of. */
  lit: string[];
  way: string[];
}

const showChart = async (page: Page) => {
  await page.click('#tab-chart');
  await page.waitForSelector('.chart-sheet');
};

/** What the chart tells without a pointer on it. */
async function shown(page: Page): Promise<Shown> {
  await showChart(page);
  return page.evaluate<Shown>(`(() => {
    const all = (selector, read) => [...document.querySelectorAll('.chart-sheet ' + selector)].map(read);
    return {
      taken: all('[data-edge-taken]', (path) => path.dataset.edgeTaken),
      lit: all('.arrow-word', (word) => word.parentNode.dataset.labelOf + ' ' + word.dataset.word),
      way: [...document.querySelectorAll('.way li')].map(({ dataset }) => dataset.stop),
    };
  })()`);
}

/** Every text of the chart that is seen: how high its letters are in the end, px. */
const SMALLEST_LETTERS = `(() => {
  const seen = [...document.querySelectorAll('.chart *')].filter(
    (one) => one.getBoundingClientRect().width > 0 && [...one.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent.trim()));
  return Math.min(...seen.map((one) => {
    const svg = one.ownerSVGElement;
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    return parseFloat(getComputedStyle(one).fontSize) * scale;
  }));
})()`;

describe('the chart', () => {
  it('of a failure has no other word on its way than what was, each stop in order with its time', async () => {
    const id = await finished(bench, await bench.client.start(failingFlow()), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    const { taken, lit, way } = await shown(page);
    expect(taken).toContain('running.settling>fail');
    expect(taken).not.toContain('running>fail');
    expect(lit.toSorted()).toEqual([
      'running.launching>running.stepping.checkpoint done',
      'running.queued>running.launching CLAIM',
      'running.settling>fail error',
      'running.stepping.acting>running.stepping.checkpoint done',
      'running.stepping.acting>running.stepping.checkpoint error',
      'running.stepping.checkpoint>running.settling error',
      'running.stepping.checkpoint>running.stepping.acting always',
    ]);
    expect(way).toEqual([
      'running.queued',
      'running.launching',
      'running.stepping',
      'running.settling',
      'fail',
    ]);
    expect(await text(page, '.way')).toMatch(/queued\s*[\d.]+ m?s\s*launching\s*[\d.]+ m?s\s*stepping/);
    expect(await text(page, '.run-title .badge')).toBe('failed');
    // What else leads there is named on demand.
    await page.hover('[data-state="fail"]');
    await page.waitForSelector('[data-label-of="running>fail"] [data-word=STALE]');
  });

  it('of a run that was out of time lights the clock alone', async () => {
    const id = await finished(bench, await bench.client.start(lateFlow()), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    const { lit } = await shown(page);
    const out = lit.filter((label) => label.startsWith('running.stepping.acting>running.settling'));
    expect(out).toEqual(['running.stepping.acting>running.settling late']);
  });

  it('of a cancel says so, and the step that it interrupted is shown as that', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [{ action: 'goto', url: '/never?truth', timeoutMs: 120_000 }],
    });
    await bench.site.asked('/never?truth');
    await bench.client.cancel(id);
    await finished(bench, id, 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    const { lit, way } = await shown(page);
    expect(lit).toContain('running>cancelling.aborting CANCEL');
    expect(lit).not.toContain('running>fail STALE');
    expect(way.at(-1)).toBe('fail');
    expect(await text(page, '.run-title .badge')).toBe('cancelled');
    expect(await text(page, '.step-interrupted .tags')).toBe('interrupted');
  });

  it('has letters of 12 px and fits, wide and narrow, light and dark', async () => {
    const id = await finished(bench, await bench.client.start(failingFlow()), 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await showChart(page);
    for (const width of [360, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: width % 512 === 256 ? 'light' : 'dark' });
      // There is no room for arrows beside the steps of a narrow screen.
      await page.waitForSelector(width < 1_000 ? '.chart-outline' : '.chart-sheet');
      expect(await page.evaluate<number>(SMALLEST_LETTERS), `at ${width} px`).toBeGreaterThanOrEqual(12);
      const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(wider, `at ${width} px`).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page), `at ${width} px`).toEqual([]);
    }
  });

  it('is one stop for Tab; arrow keys go from state to state, and Enter to when the run was there', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await showChart(page);
    await page.waitForSelector('[data-current][data-state="pass"]');
    await tabTo(page, '.state');
    const focused = () => page.evaluate<string>('document.activeElement.dataset.state ?? ""');
    expect(await focused()).toBe('pass');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBe('running.settling');
    expect(await page.getAttribute('.state:focus', 'aria-label')).toMatch(
      /^running\.settling: once, .* The flow is over/,
    );
    expect(new URL(page.url()).hash).toBe(`#/runs/${id}`);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('');
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('running.settling');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.past-note');
    await page.waitForSelector('[data-current][data-state="running.settling"]');
  });
});

describe('a moment of the past', () => {
  it('says that it is the past, also on a narrow screen, and leads back', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}@4`, { viewport: { width: 360, height: 740 } });
    await page.waitForSelector('.past-note');
    expect(await text(page, '.past-note')).toMatch(
      /This is the past\. Event 4 of \d+, [\d.]+ s after the start\./,
    );
    expect(await page.getAttribute('.way', 'data-moment-state')).toBe('running.stepping.acting');
    // It stays in sight.
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await eventually(async () => {
      const box = await page.locator('.past-note').boundingBox();
      expect(box!.y).toBeGreaterThanOrEqual(0);
      expect(box!.y + box!.height).toBeLessThanOrEqual(740);
    });
    await page.click('.past-note .live');
    await page.waitForSelector('.past-note', { state: 'detached' });
    expect(new URL(page.url()).hash).toBe(`#/runs/${id}`);
  });

  it('names the step of its picture when that is shown large', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const { events } = await bench.client.read(id);
    const begins = events.filter(({ type }) => type === 'step_start')[1]!;
    const page = await bench.desk.openSignedIn(`#/runs/${id}@${begins.seq}`);
    await page.click('button.screen:has(img)');
    // The second step is under way; the picture is of the first.
    expect(await text(page, '#screen-title')).toMatch(
      /^After step 1\. goto \/form, [\d.]+ s after the start$/,
    );
  });
});
