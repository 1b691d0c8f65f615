import type { Browser, BrowserContext, Page } from 'playwright';

const VIEWPORT = { width: 1280, height: 720 };

/** A fresh context with its page, as each flow of a script has one. */
export async function openPage(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  return { context, page: await context.newPage() };
}

/** The flow of the bench as somebody's own script has it. */
export async function rawFlow(browser: Browser, url: string): Promise<void> {
  const { context, page } = await openPage(browser);
  await page.goto(url);
  await page.fill('#name', 'Ada');
  await page.click('#buy');
  await context.close();
}
