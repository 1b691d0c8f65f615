import type { Browser, BrowserContext, Page } from 'playwright';
import { timed } from '../support/median.ts';

const VIEWPORT = { width: 1280, height: 720 };

/** A fresh context with its page, as each flow of a script has one. */
export async function openPage(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  return { context, page: await context.newPage() };
}

/** The flow of the bench in raw Playwright. Resolves to the duration of each step, ms. */
export async function rawFlow(browser: Browser, url: string): Promise<number[]> {
  const { context, page } = await openPage(browser);
  const times = [
    await timed(() => page.goto(url)),
    await timed(() => page.fill('#name', 'Ada')),
    await timed(() => page.click('#buy')),
  ];
  await context.close();
  return times;
}
