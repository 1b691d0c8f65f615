/*
 * npm run bench:page [-- rounds]: how light and still the visualiser is before a real stack; exit code 1 if a bound
 * is missed. Paints like a phone, with a quarter of the processor and nothing cached; shifts through a whole cancel.
 * Medians.
 */
import { type BrowserContext, chromium, type Page } from 'playwright';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { createClient } from '../test/support/http/client.ts';
import { signIn } from '../test/support/visualiser/desk.ts';
import { startBenchStack, startPage } from './stack.ts';
import { median, sample } from './support/median.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const SLOWED = 4;
/** Milliseconds, of what counts as good on the web; the sum of shifts; and bytes of script, compressed. */
const BOUNDS = { firstPaint: 1_800, largestPaint: 2_500, shift: 0.05, script: 80_000 };
const ACCOUNT = { email: 'ada@example.com', password: 'only for this bench' };

/** Shifts count also right after a click, where a browser's own sum leaves them out: what jumps then, jumps too. */
const OBSERVE = `
  window.seen = { largest: 0, shift: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largest = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });`;

await using stack = await startBenchStack({
  GHOSTLY_ADMIN_EMAIL: ACCOUNT.email,
  GHOSTLY_ADMIN_PASSWORD: ACCOUNT.password,
  GHOSTLY_CANCEL_GRACE_MS: '3000',
});
await using site = await startPage();
const client = createClient(stack.gateway, { apiKey: stack.apiKey });
const { path } = await findChromium({ env: process.env });
await using browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });

const start = () =>
  client.start({
    baseUrl: site.url,
    captureScreenshotAfterEachStep: true,
    steps: [
      { action: 'goto', url: '/' },
      { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000, atomic: true },
    ],
    // So the cancel goes down its whole ladder.
    onCancel: [{ action: 'goto', url: '/' }],
  });

/** A user who is signed in, at the list. */
async function open(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 }, locale: 'en-US' });
  await context.addInitScript(OBSERVE);
  const page = await context.newPage();
  await page.goto(stack.gateway);
  await signIn(page, ACCOUNT);
  return { context, page };
}

interface Load {
  firstPaint: number;
  largestPaint: number;
  script: number;
}

/** The page of a run that goes on, as a tab that has nothing of it opens it. */
async function load(page: Page, id: string): Promise<Load> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  await page.goto(`${stack.gateway}/#/runs/${id}`);
  await page.reload();
  await page.waitForSelector('[data-moment-state]');
  await page.waitForSelector('.step-running');
  return page.evaluate<Load>(`({
    firstPaint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    largestPaint: seen.largest,
    script: performance.getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  })`);
}

/** Watches the run's page until the receipt of its cancel. */
async function shiftsOfCancel(page: Page, id: string): Promise<number> {
  await page.goto(`${stack.gateway}/#/runs/${id}`);
  await page.waitForSelector('.step-running .step-number:text("2")');
  await page.waitForSelector('.screen img');
  await page.evaluate('window.seen.shift = 0');
  await page.click('.run-actions .danger');
  await page.waitForSelector('.cancel-preview code');
  await page.click('dialog .danger');
  await page.waitForSelector('.hops tfoot');
  // What was drawn last is reported by the second frame after it.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return page.evaluate<number>('seen.shift');
}

const loads: Load[] = [];
const shifts = await sample(ROUNDS, async () => {
  const id = await start();
  const first = await open();
  loads.push(await load(first.page, id));
  await first.context.close();
  const second = await open();
  const shift = await shiftsOfCancel(second.page, id);
  await second.context.close();
  return shift;
});

const rows = [
  row('first contentful paint, processor at a quarter, ms', (load) => load.firstPaint, BOUNDS.firstPaint),
  row('largest contentful paint, the same, ms', (load) => load.largestPaint, BOUNDS.largestPaint),
  verdict('layout shift through a whole cancel', median(shifts), BOUNDS.shift),
  row('script of the first load, compressed, bytes', (load) => load.script, BOUNDS.script),
];
console.log(`\nThe page of a run (medians of ${ROUNDS})`);
console.table(rows);
if (rows.some(({ verdict }) => verdict === 'missed')) process.exitCode = 1;

function row(what: string, of: (load: Load) => number, bound: number) {
  return verdict(what, median(loads.map(of)), bound);
}

function verdict(what: string, value: number, bound: number) {
  const rounded = value < 1 ? Math.round(value * 1_000) / 1_000 : Math.round(value);
  return { what, median: rounded, bound, verdict: value <= bound ? 'met' : 'missed' };
}
