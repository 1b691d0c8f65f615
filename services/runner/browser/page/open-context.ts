import type { BrowserContext, Page } from 'playwright';
import type { SharedBrowser } from '../chromium/shared-browser.ts';
import { LIMIT_CONSOLE } from '../said/limit-console.ts';

/** A fresh context with its page, which no run has used. */
export interface OpenedContext {
  context: BrowserContext;
  page: Page;
}

const VIEWPORT = { width: 1280, height: 720 };

/**
 * The same for every run: what a run adds of its own, it adds to what was opened. So a context can be opened before it is
 * known for which run (`spare-contexts.ts`).
 */
export async function openContext(shared: SharedBrowser): Promise<OpenedContext> {
  const context = await shared.browser.newContext({ acceptDownloads: false, viewport: VIEWPORT });
  try {
    await context.addInitScript({ content: LIMIT_CONSOLE });
    const page = await context.newPage();
    shared.gavePage = true;
    return { context, page };
  } catch (error) {
    await context.close().catch(() => undefined);
    throw error;
  }
}
