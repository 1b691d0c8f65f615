/*
 * What a test of the visualiser needs: a stack that serves it, a site for its runs, and a user before a browser. Owns
 * all of it for one test file.
 */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { VISUALISER_DIR } from '../build/build.ts';
import { afterFile } from '../file-hooks.ts';
import { startSite, type TestSite } from '../sites/site.ts';
import { ADMIN, createStack, type OneOfEach, type Stack, startOneOfEach } from '../stack/stack.ts';
import { GRACE_MS, LEASE_MS } from '../stack/use-stack.ts';
import { type Desk, openDesk } from './desk.ts';

export interface VisualiserBench extends OneOfEach {
  stack: Stack;
  site: TestSite;
  desk: Desk;
  /** Where the visualiser is. */
  url: string;
}

/** A cancel climbs its ladder slowly enough to be watched. */
const SLOW = { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS) };

let ofThisFile: VisualiserBench | undefined;

/**
 * For the top of a suite; those that one test file imports share it. What it returns is there once the file's hooks have
 * run.
 */
export function useVisualiser(): VisualiserBench {
  ofThisFile ??= startForThisFile();
  return ofThisFile;
}

function startForThisFile(): VisualiserBench {
  const bench = {} as VisualiserBench;
  afterFile(async () => {
    ofThisFile = undefined;
  });
  beforeAll(async () => {
    const [stack, site] = await Promise.all([
      createStack({ env: { ...SLOW, GHOSTLY_WEB_DIR: VISUALISER_DIR } }),
      startSite(),
    ]);
    Object.assign(bench, { stack, site });
    Object.assign(bench, await startOneOfEach(stack));
    bench.url = bench.client.url;
    bench.desk = await openDesk(bench.url, ADMIN);
  });
  afterAll(async () => {
    await bench.desk?.[Symbol.asyncDispose]();
    await bench.site?.close();
  });
  // Whatever is done on a page: no error in its console, nothing from another origin, no token in an address.
  afterEach(async () => {
    await bench.desk.clear();
    expect(bench.desk.problems()).toEqual([]);
  });
  return bench;
}

/** The visible text. */
export const text = (page: Page, selector: string): Promise<string> =>
  // biome-ignore lint/performance/useDomNodeTextContent: not of the DOM
  page.locator(selector).first().innerText();

/** Waits for the end of a run. */
export async function finished({ client }: VisualiserBench, id: string, status: string): Promise<string> {
  expect((await client.ended(id)).status).toBe(status);
  return id;
}

export const passingFlow = ({ site }: VisualiserBench, steps = 2) => ({
  baseUrl: site.url,
  captureScreenshotAfterEachStep: true,
  steps: Array.from({ length: steps }, (_, n) => ({ action: 'goto', url: n % 2 === 0 ? '/form' : '/plain' })),
});
