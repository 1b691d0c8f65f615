/*
 * A browser before the visualiser. Owns it and its pages; notes what a page must never do for `problems` (errors in
 * its console, requests elsewhere, what its policy forbids). Signed-in pages are reused: they cost half of a test's
 * time.
 */
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';

export interface Account {
  email: string;
  password: string;
}

type ViewOptions = Pick<
  BrowserContextOptions,
  'locale' | 'viewport' | 'colorScheme' | 'reducedMotion' | 'forcedColors'
>;

export interface Desk extends AsyncDisposable {
  /** A page of a browser context of its own, not signed in. */
  open(options?: ViewOptions): Promise<Page>;
  /** A page that is signed in, loaded at this hash. Its context may have been another test's, which is over. */
  openSignedIn(hash?: string, options?: ViewOptions): Promise<Page>;
  /** For the end of a test: no page is left that does anything. */
  clear(): Promise<void>;
  /** What pages did since this was asked last that they must not do. */
  problems(): string[];
  readonly browser: Browser;
}

/** What the page's own policy forbids is reported also where a script catches the error that it meets. */
const NOTE_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
  noteViolation([violatedDirective, blockedURI, sourceFile].join(' ')))`;
/** A browser names every failed answer in its console; which ones there may be the tests say. */
const FAILED_ANSWER =
  /^Failed to load resource|^WebSocket connection to \S+ failed: (Error in connection establishment|Error during WebSocket handshake: net::ERR_CONNECTION_RESET|Connection closed before receiving a handshake response)/;

const USUAL = {
  locale: 'en-US',
  viewport: { width: 1280, height: 800 },
  colorScheme: 'light',
  // Sixty frames a second, drawn without a graphics card, keep a core busy.
  reducedMotion: 'reduce',
  forcedColors: 'none',
} as const;

/** Nothing of a test is left on its page but its session. */
async function leave(page: Page): Promise<void> {
  const tabs = page.context().pages();
  await Promise.all(tabs.filter((tab) => tab !== page).map((tab) => tab.close()));
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.evaluate(FORGET);
  await page.goto('about:blank');
}
const FORGET = `for (const key of Object.keys(localStorage)) if (key !== 'ghostly.session') localStorage.removeItem(key)`;

/** `account` is who signs in. */
export async function openDesk(url: string, account: Account): Promise<Desk> {
  const { path } = await findChromium({ env: process.env });
  const browser = await chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
    timeout: PATIENCE_MS,
  });
  let noted: string[] = [];
  /** Signed in, by language: what is in use, and what is not. */
  const inUse = new Map<Page, string>();
  const free = new Map<Page, string>();

  async function open(options: ViewOptions = {}): Promise<Page> {
    const context = await browser.newContext({ ...USUAL, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.exposeBinding('noteViolation', (_, what: string) =>
      noted.push(`against the policy: ${what}`),
    );
    await context.addInitScript(NOTE_VIOLATIONS);
    const page = await context.newPage();
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

  /** One that is free, and looks as is asked for. */
  async function reuse({ viewport, locale, ...media }: Required<ViewOptions>): Promise<Page | undefined> {
    for (const [page, language] of free) {
      if (language !== locale) continue;
      free.delete(page);
      // Its test may have signed out, or ended all sessions.
      if ((await page.request.get(`${url}/v1/projects`)).ok()) {
        await page.emulateMedia(media);
        await page.setViewportSize(viewport!);
        return page;
      }
      await page.context().close();
    }
    return undefined;
  }

  return {
    browser,
    open,
    async openSignedIn(hash = '#/runs', options = {}) {
      const asked = { ...USUAL, ...options };
      const left = await reuse(asked);
      const page = left ?? (await open(asked));
      inUse.set(page, asked.locale);
      await page.goto(`${url}/${hash}`);
      if (left) await page.waitForSelector('.top');
      else await signIn(page, account);
      return page;
    },
    async clear() {
      const kept = [...inUse].filter(([page]) => !page.isClosed());
      inUse.clear();
      const pages = [...free, ...kept].map(([page]) => page.context());
      const others = browser.contexts().filter((context) => !pages.includes(context));
      await Promise.all([...others.map((context) => context.close()), ...kept.map(([page]) => leave(page))]);
      for (const [page, language] of kept) free.set(page, language);
    },
    problems() {
      const notes = noted;
      noted = [];
      return notes;
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

const SHOWN = `document.dispatchEvent(new Event('visibilitychange'))`;

/** What a page reads now and then it reads at once when it is shown again. */
export const lookAgain = (page: Page): Promise<unknown> => page.evaluate(SHOWN);

/** Waits until the page has read this. */
export const untilRead = (found: Locator): Promise<void> =>
  eventually(async () => {
    await lookAgain(found.page());
    if (!(await found.isVisible())) throw new Error(`${found} is not shown`);
  });

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
