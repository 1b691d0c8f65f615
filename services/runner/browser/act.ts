import type { Page } from 'playwright';
import { isHttpUrl } from '#shared/flow/origin.ts';
import type { Step } from '#shared/flow/step.ts';
import { StepFailure } from './errors.ts';
import { messageOf } from './failure.ts';
import type { Navigation } from './navigation.ts';
import { resolveUploads } from './uploads.ts';

export interface ActContext {
  page: Page;
  navigation: Navigation;
  baseUrl: string;
  uploadDir: string | undefined;
  /** Aborts the call; `timeout`, in ms, bounds it. */
  signal: AbortSignal;
  timeout: number;
}

/** Performs a step in the browser. Selectors are used as given; where several elements match, the first is used. */
export async function act(step: Exclude<Step, { action: 'snapshot' }>, context: ActContext): Promise<void> {
  const { page, signal, timeout } = context;
  const call = { signal, timeout };
  switch (step.action) {
    case 'goto':
      return goTo(step.url, context);
    case 'click':
      return page.click(step.selector, call);
    case 'check':
      return page.check(step.selector, call);
    case 'uncheck':
      return page.uncheck(step.selector, call);
    case 'hover':
      return page.hover(step.selector, call);
    case 'fill':
      return page.fill(step.selector, step.value, call);
    case 'selectOption':
      await page.selectOption(step.selector, step.value, call);
      return;
    case 'press':
      return page.keyboard.press(step.key);
    case 'waitForSelector':
      return page
        .locator(step.selector)
        .first()
        .waitFor({ ...call, state: 'visible' });
    case 'setInputFiles': {
      const files = await resolveUploads(context.uploadDir, step.files);
      return page.setInputFiles(step.selector, files, call);
    }
    default:
      return step satisfies never;
  }
}

async function goTo(address: string, context: ActContext): Promise<void> {
  const { page, signal, timeout } = context;
  const url = URL.parse(address, context.baseUrl)?.href ?? address;
  if (!isHttpUrl(url)) throw new StepFailure('only http and https addresses may be opened');
  try {
    await page.goto(url, { signal, timeout, waitUntil: 'domcontentloaded' });
  } catch (error) {
    const known = /net::ERR_(ADDR|SOCKS|PROXY|TUNNEL)/.test(messageOf(error))
      ? await context.navigation.whyFailed()
      : undefined;
    throw known === undefined ? error : new StepFailure(known.text);
  }
}
