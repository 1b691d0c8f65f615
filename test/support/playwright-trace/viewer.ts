/* Playwright's packed viewer in a real browser, which reaches nothing but the viewer. */
import { type Browser, chromium, type Page } from 'playwright';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { PATIENCE_MS } from '../eventually.ts';

export interface Viewer extends AsyncDisposable {
  /** Opens an address of the viewer, and waits until it shows a trace. */
  open(url: string): Promise<Page>;
  /** What its pages asked for elsewhere, and was refused. */
  readonly elsewhere: string[];
  /** What went wrong in them. */
  readonly errors: string[];
}

export async function openViewer(): Promise<Viewer> {
  const { path } = await findChromium({ env: process.env });
  const browser: Browser = await chromium.launch({
    executablePath: path,
    args: ['--no-sandbox'],
    timeout: PATIENCE_MS,
  });
  const elsewhere: string[] = [];
  const errors: string[] = [];
  return {
    elsewhere,
    errors,
    async open(url) {
      const { origin } = new URL(url);
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      await context.route(
        (asked) => asked.origin !== origin && asked.protocol.startsWith('http'),
        (route) => {
          elsewhere.push(route.request().url());
          return route.abort();
        },
      );
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(url);
      await page.locator('.action-title').first().waitFor();
      return page;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** The titles of the calls that it lists, nested ones too where their step is open. */
export const titlesIn = (page: Page): Promise<string[]> => page.locator('.action-title').allInnerTexts();
