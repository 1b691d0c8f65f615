/*
 * One of each service, a site for its runs, and a client. Suites that one test file imports share them, so that they cost
 * one start. Owns all of it for that file.
 */
import { afterAll, beforeAll } from 'vitest';
import { afterFile } from '../file-hooks.ts';
import { startSite, type TestSite } from '../sites/site.ts';
import { createStack, type OneOfEach, type Stack, startOneOfEach } from './stack.ts';

export interface StackBench extends OneOfEach {
  stack: Stack;
  site: TestSite;
}

let ofThisFile: StackBench | undefined;

/** For the top of a suite. What it returns is there once the file's hooks have run. */
export function useStack(): StackBench {
  ofThisFile ??= startForThisFile();
  return ofThisFile;
}

function startForThisFile(): StackBench {
  const bench = {} as StackBench;
  beforeAll(async () => {
    const [stack, site] = await Promise.all([createStack({ env: { LOG_LEVEL: 'trace' } }), startSite()]);
    Object.assign(bench, { stack, site }, await startOneOfEach(stack));
  });
  afterAll(() => bench.site?.close());
  afterFile(async () => {
    ofThisFile = undefined;
  });
  return bench;
}
