import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { everyNth, share } from '../../support/share.ts';
import { ADMIN } from '../../support/stack/stack.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { finished, passingFlow, useVisualiser } from '../../support/visualiser/bench.ts';
import { tabTo } from '../../support/visualiser/desk.ts';

const bench = useVisualiser();

const WIDTHS = [360, 768, 1_280, 1_920, 2_560];

interface Stop {
  part: string;
  /** Where what is before it was left, by the keyboard. */
  go(page: Page): Promise<void>;
  /** What shows that it is there. */
  ready: string;
}

/** Each part of the application, from one to the next. */
const tourOf = (stopped: string, live: string): Stop[] => [
  { part: 'sign-in', go: async () => {}, ready: 'form [name=email]' },
  { part: 'list', go: signInByKeys, ready: `.row-link[href="#/runs/${stopped}"]` },
  { part: 'keys', go: (page) => page.keyboard.press('?'), ready: 'dialog[open] .keys' },
  { part: 'stopped run', go: enter(`.row-link[href="#/runs/${stopped}"]`), ready: '.hops tfoot' },
  { part: 'flow', go: enter('.run-actions button:last-child'), ready: 'dialog[open] #flow' },
  { part: 'list again', go: enter('.top nav a[href="#/runs"]'), ready: '.row-link' },
  { part: 'live run', go: enter(`.row-link[href="#/runs/${live}"]`), ready: '.step-running' },
  { part: 'stop', go: enter('.run-actions .danger'), ready: 'dialog[open] .cancel-preview code' },
  { part: 'new run', go: enter('.top a[href="#/new"]'), ready: '.fine' },
  { part: 'flows', go: enter('.top nav a[href="#/flows"]'), ready: '.flow-table a' },
  { part: 'named flow', go: enter('.flow-table a'), ready: '.flow-edit .fine' },
  { part: 'run of it', go: enter('.flow-ways .primary'), ready: 'dialog[open] .run-flow' },
  { part: 'its version', go: enter('.version-table button'), ready: 'dialog[open] #version-flow' },
  { part: 'system', go: enter('.top nav a[href="#/system"]'), ready: '.runner' },
  { part: 'menu', go: enter('.menu-button'), ready: '.menu-panel' },
  { part: 'webhooks', go: enter('.menu-panel a[href^="#/webhooks"]'), ready: '.webhooks .empty' },
  { part: 'new webhook', go: enter('.webhooks .empty button'), ready: 'dialog[open] [name=url]' },
  { part: 'menu again', go: enter('.menu-button'), ready: '.menu-panel' },
  { part: 'vault', go: enter('.menu-panel a[href^="#/vault"]'), ready: '.vault .empty' },
  { part: 'new secret', go: enter('.vault .empty button'), ready: 'dialog[open] [name=origins]' },
  { part: 'menu once more', go: enter('.menu-button'), ready: '.menu-panel' },
  { part: 'logins', go: enter('.menu-panel a[href^="#/profiles"]'), ready: '.profiles .empty' },
  { part: 'new profile', go: enter('.profiles .empty button'), ready: 'dialog[open] [name=visible]' },
  { part: 'the last menu', go: enter('.menu-button'), ready: '.menu-panel' },
  { part: 'schedules', go: enter('.menu-panel a[href^="#/schedules"]'), ready: '.schedules .empty' },
  { part: 'new schedule', go: enter('.schedules .empty button'), ready: 'dialog[open] [name=cron]' },
  { part: 'menu for batches', go: enter('.menu-button'), ready: '.menu-panel' },
  { part: 'batches', go: enter('.menu-panel a[href^="#/batches"]'), ready: '.batches .empty' },
  { part: 'nowhere', go: (page) => page.evaluate("location.hash = '#/nowhere'"), ready: '.empty a' },
];

async function signInByKeys(page: Page): Promise<void> {
  await page.keyboard.type(ADMIN.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ADMIN.password);
  await page.keyboard.press('Enter');
}

function enter(selector: string) {
  return async (page: Page) => {
    // A dialog is left first.
    if (await page.locator('dialog[open]').count()) await page.keyboard.press('Escape');
    await tabTo(page, selector);
    await page.keyboard.press('Enter');
  };
}

/** A run whose only step waits for an answer that does not come. */
async function waitingRun(name: string): Promise<string> {
  const steps = [{ action: 'goto', url: `/never?tour-${name}`, timeoutMs: 120_000 }];
  const id = await bench.client.start({ baseUrl: bench.site.url, steps });
  await bench.site.asked(`/never?tour-${name}`);
  return id;
}

/** A flow of which there are two versions. */
async function namedFlow(): Promise<void> {
  const path = `/v1/projects/${await bench.client.project()}/flows/tour`;
  for (const value of ['a', 'b']) {
    const steps = [{ action: 'set', name: 'x', value }];
    const properties = { who: { type: 'string' }, pin: { type: 'string', writeOnly: true } };
    const flow = { baseUrl: bench.site.url, inputsSchema: { properties, required: ['pin'] }, steps };
    await bench.client.request('PUT', path, { body: { flow, description: 'To be looked at' } });
  }
}

/** What is wider than the window, words that break without a hyphen, and links of one name that lead to several places. */
const LAYOUT = `(() => {
  const problems = [];
  const wider = document.documentElement.scrollWidth - innerWidth;
  if (wider > 0) problems.push('the page is ' + wider + ' px too wide');
  const dialog = document.querySelector('dialog[open]');
  if (dialog && dialog.scrollWidth > dialog.clientWidth + 1) problems.push('the dialog is too wide');
  const linesOf = (range) => new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  const words = document.createTreeWalker(dialog ?? document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const { parentElement, data } = words.currentNode;
    if (!parentElement.checkVisibility() || parentElement.closest('code, pre, textarea, .sr, svg')) continue;
    const all = document.createRange();
    all.selectNodeContents(words.currentNode);
    if (linesOf(all) < 2) continue;
    for (const { index, 0: word } of data.matchAll(/\\p{L}{4,}/gu)) {
      const range = document.createRange();
      range.setStart(words.currentNode, index);
      range.setEnd(words.currentNode, index + word.length);
      const hyphens = getComputedStyle(parentElement).hyphens;
      if (linesOf(range) > 1 && hyphens !== 'auto') problems.push('the word ' + word + ' breaks');
    }
  }
  const places = new Map();
  for (const link of document.querySelectorAll('a[href]')) {
    const name = (link.ariaLabel ?? link.textContent).trim();
    places.set(name, new Set([...(places.get(name) ?? []), link.href]));
  }
  for (const [name, hrefs] of places) if (hrefs.size > 1) problems.push('several links are named ' + name);
  return problems;
})()`;

const WHOLE = [
  { locale: 'en-US', colorScheme: 'light', looked: 1_280 },
  { locale: 'es-ES', colorScheme: 'dark', looked: 360 },
  { locale: 'en-US', colorScheme: 'dark', looked: 768 },
  { locale: 'es-ES', colorScheme: 'light', looked: 768 },
] as const;

/** Goes the whole way, and looks at each part at each width. */
async function go(page: Page, stops: readonly Stop[], looks: readonly number[]): Promise<string[]> {
  const found: string[] = [];
  for (const { part, go, ready } of stops) {
    await page.setViewportSize({ width: 1_280, height: 800 });
    await go(page);
    await page.waitForSelector(ready);
    for (const width of share([360, 1_280], WIDTHS)) {
      await page.setViewportSize({ width, height: Math.round(width * 0.6 + 300) });
      const serious = looks.includes(width) ? await seriousFindings(page) : [];
      const problems = [...(await page.evaluate<string[]>(LAYOUT)), ...serious];
      found.push(...problems.map((problem) => `${part} at ${width} px: ${problem}`));
    }
  }
  return found;
}

describe('a tour by the keyboard alone', () => {
  it.each(everyNth(4, WHOLE))(
    'finds nothing serious and nothing cut off, wide and narrow: $locale, $colorScheme',
    async ({ looked, ...options }) => {
      // A look of axe takes a second: `npm test` has one of each part.
      const looks = share([looked], WIDTHS);
      const [stopped, live] = await Promise.all([
        waitingRun(`stopped-${options.locale}-${options.colorScheme}`),
        waitingRun(`live-${options.locale}-${options.colorScheme}`),
        namedFlow(),
      ]);
      try {
        await bench.client.cancel(stopped, { body: { reason: 'to be seen' } });
        await finished(bench, stopped, 'fail');
        const page = await bench.desk.open(options);
        await page.goto(bench.url);
        expect(await go(page, tourOf(stopped, live), looks)).toEqual([]);
      } finally {
        await bench.client.cancel(live);
      }
    },
    180_000,
  );
});

describe('with colours of the reader’s own', () => {
  it('tells what is chosen, done and busy by borders and system colours', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench)), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`, { forcedColors: 'active' });
    await page.waitForSelector('.step');
    const look = (selector: string, property: string) =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`,
      );
    const chosen = await look('.tab-list [aria-selected=true]', 'border-bottom-color');
    expect(await look('.tab-list [aria-selected=false]', 'border-bottom-color')).not.toBe(chosen);
    expect(await look('.top nav [aria-current]', 'outline-style')).toBe('solid');
    expect(await look('.top nav a:not([aria-current])', 'outline-style')).toBe('none');
    const ground = await look('body', 'background-color');
    expect(await look('.meter-done', 'background-color')).not.toBe(ground);
    expect(await look('.badge', 'outline-style')).toBe('solid');
  });
});
