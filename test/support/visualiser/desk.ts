/*
 * A browser before the visualiser, and somebody who uses it. Owns the browser and its pages; all that a page must never
 * do (errors in its console, requests to elsewhere, what its policy forbids) is noted for `complaints`.
 */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { findChromium } from '#shared/binaries/binaries.ts';

export interface Account {
  email: string;
  password: string;
}

export interface Desk extends AsyncDisposable {
  /** A page of a browser context of its own, not signed in. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** The same, signed in, at this hash. */
  openSignedIn(hash?: string, options?: BrowserContextOptions): Promise<Page>;
  /** What pages did since this was asked last that they must not do. */
  problems(): string[];
  readonly browser: Browser;
}

/** What the page's own policy forbids is reported also where a script catches the error that it meets. */
const NOTE_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
  noteViolation([violatedDirective, blockedURI, sourceFile].join(' ')))`;
/** A browser names every failed answer in its console; which ones there may be the tests say. */
const FAILED_ANSWER = /^Failed to load resource/;

/** `account` is who signs in. */
export async function openDesk(url: string, account: Account): Promise<Desk> {
  const { path } = await findChromium({ env: process.env });
  const browser = await chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
  });
  let noted: string[] = [];

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      locale: 'en-US',
      viewport: { width: 1280, height: 800 },
      // Sixty frames a second, drawn without a graphics card, keep a core busy.
      reducedMotion: 'reduce',
      ...options,
    });
    await context.exposeBinding('noteViolation', (_, what: string) =>
      noted.push(`against the policy: ${what}`),
    );
    await context.addInitScript(NOTE_VIOLATIONS);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => noted.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !FAILED_ANSWER.test(message.text()))
        noted.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== url)
        noted.push(`request to ${request.url()}`);
      if (/token=|ey[\w-]+\.ey/.test(request.url())) noted.push(`a token in ${request.url()}`);
    });
    page.on('dialog', (dialog) => {
      noted.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return page;
  }

  return {
    browser,
    open,
    async openSignedIn(hash = '#/runs', options = {}) {
      const page = await open(options);
      await page.goto(`${url}/${hash}`);
      await signIn(page, account);
      return page;
    },
    problems() {
      const told = noted;
      noted = [];
      return told;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}

export async function signIn(page: Page, { email, password }: Account): Promise<void> {
  await page.fill('[name=email]', email);
  await page.fill('[name=password]', password);
  await page.press('[name=password]', 'Enter');
  await page.waitForSelector('.top');
}

/** Presses Tab until what has the focus matches. @throws after a hundred */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let n = 0; n < 100; n += 1) {
    await page.keyboard.press('Tab');
    if (await page.locator(`${selector}:focus`).count()) return;
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

/** The state that the chart lights. */
export const currentState = (page: Page): Promise<string | null> =>
  page.getAttribute('[data-current]', 'data-state');
