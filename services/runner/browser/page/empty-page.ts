/*
 * What an empty page of a browser takes, as a measure for its other pages: on a busy machine a process may have no turn for
 * long, and then none of a new one has. Owns one context of a browser while it is measured, however many ask (I13).
 */
import type { Browser } from 'playwright';

/** So many questions, one after the other. */
const QUESTIONS = 5;

const underWay = new WeakMap<Browser, Promise<boolean>>();

/** Resolves once an empty page, opened for this, has answered; to false if it cannot. Never rejects. */
export function emptyPageAnswers(browser: Browser): Promise<boolean> {
  const asking =
    underWay.get(browser) ??
    ask(browser)
      .catch(() => false) // the browser is gone
      .finally(() => underWay.delete(browser));
  underWay.set(browser, asking);
  return asking;
}

async function ask(browser: Browser): Promise<boolean> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    for (let n = 0; n < QUESTIONS; n += 1) await page.evaluate('0');
    return true;
  } finally {
    await context.close();
  }
}
