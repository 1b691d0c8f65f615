/* What an owner says of a page while a step waits on it, and what the end of the step says of the same. */
import { afterAll, beforeAll, expect } from 'vitest';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { PerformedStep } from '../../../../../services/runner/browser/page/perform.ts';
import type { RunBrowser } from '../../../../../services/runner/browser/run-browser.ts';
import { eventually } from '../../../../support/eventually.ts';
import { startWaitingSite, type WaitingSite } from '../../../../support/sites/waiting-site.ts';
import { type BrowserBench, createBench, LIVE, patiently } from '../fixture.ts';

interface Waiting {
  run: RunBrowser;
  /** The last of the steps. */
  looked(): Promise<PageLook>;
  ended: Promise<PerformedStep>;
}

interface WaitingBench {
  bench: BrowserBench;
  site: WaitingSite;
}

/** Browsers on a site whose pages keep steps waiting. Both are there once the tests begin. */
export function useWaitingSite(): WaitingBench {
  const on = {} as WaitingBench;
  beforeAll(async () => {
    on.bench = await createBench();
    on.site = await startWaitingSite();
  });
  afterAll(async () => {
    await on.bench?.[Symbol.asyncDispose]();
    await on.site?.[Symbol.asyncDispose]();
  });
  return on;
}

/** The last of these steps waits while `use` looks at it; resolves with what became of it. */
export async function whileWaiting(
  { bench, site }: WaitingBench,
  steps: object[],
  use: (waiting: Waiting) => Promise<void>,
): Promise<PerformedStep> {
  const run = await bench.open(bench.flow(steps, { baseUrl: site.url }));
  const last = steps.length - 1;
  try {
    for (let index = 0; index < last; index += 1) await run.perform(index, LIVE);
    const ended = run.perform(last, LIVE);
    await use({ run, ended, looked: () => run.look('flow', last) });
    return await ended;
  } finally {
    await run.close({ keepVideo: false, reason: 'test over' });
  }
}

/** What was seen of the page until its step was over. */
export async function looksUntil(
  ended: Promise<PerformedStep>,
  looked: Waiting['looked'],
): Promise<PageLook[]> {
  const seen: PageLook[] = [];
  let isOver = false;
  void ended.finally(() => {
    isOver = true;
  });
  await eventually(async () => {
    if (!isOver) seen.push(await looked());
    expect(isOver).toBe(true);
  });
  return seen;
}

export const says = (looked: () => Promise<PageLook>, expected: object) =>
  eventually(async () => expect(await looked()).toMatchObject(expected));
/** The time of a step that is looked at meanwhile: enough for that on a busy machine, too. */
export const LOOKED_AT_MS = patiently(9_000);
/** The time of a click that cannot be done: enough for a busy machine to try it. */
export const CLICKED_MS = patiently(4_000);
export const open = (url: string) => ({ action: 'goto', url });
export const click = (selector: string, timeoutMs = CLICKED_MS) => ({ action: 'click', selector, timeoutMs });
/** One that can. */
export const use = (selector: string) => ({ action: 'click', selector });
