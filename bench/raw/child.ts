/*
 * The flow of the bench as a user's own script has it: raw Playwright, one shared headless shell, a fresh context for
 * each flow. A process of its own, so that its memory and CPU are apart from the bench's. Answers one order at a time.
 */
import { chromium } from 'playwright';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { timed } from '../support/median.ts';
import { type Evidence, flowWith } from './evidence.ts';
import { openPage, rawFlow } from './flow.ts';

export interface Order {
  work: 'flow' | 'open' | 'cancel' | 'many' | 'evidence';
  url: string;
  /** For `evidence`. */
  evidence: Evidence;
  /** For `many`: how many flows, and how many contexts at a time. */
  flows: number;
  atOnce: number;
}

const { path } = await findChromium({ env: process.env });
const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });

/** Until the context of a flow that waits is gone. */
async function cancel(url: string): Promise<number> {
  const { context, page } = await openPage(browser);
  await page.goto(url);
  const stop = new AbortController();
  const waiting = page.waitForSelector('#never', { signal: stop.signal }).catch(() => undefined);
  await page.evaluate(() => 1);
  return timed(async () => {
    stop.abort();
    await waiting;
    await context.close();
  });
}

/** Until a page can be used. */
async function open(): Promise<number> {
  let close = async () => {};
  const ms = await timed(async () => {
    const { context } = await openPage(browser);
    close = () => context.close();
  });
  await close();
  return ms;
}

async function many({ url, flows, atOnce }: Order): Promise<void> {
  let left = flows;
  const worker = async () => {
    while (left-- > 0) await rawFlow(browser, url);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function carryOut(order: Order): Promise<number> {
  if (order.work === 'cancel') return cancel(order.url);
  if (order.work === 'evidence') return timed(() => flowWith(browser, order.evidence, order.url));
  if (order.work === 'open') return open();
  return timed(() => (order.work === 'many' ? many(order) : rawFlow(browser, order.url)));
}

process.on('message', (order: Order) => void carryOut(order).then((ms) => process.send?.(ms)));
process.once('disconnect', () => void browser.close().finally(() => process.exit()));
process.send?.('ready');
