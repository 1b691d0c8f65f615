/*
 * What helpers do after the tests and at the end of the file that called them. Vitest keeps this module from one file to
 * the next where a worker is shared; hooks.setup.ts registers its hooks for each file.
 */
export type Release = () => Promise<unknown>;

const releases: Release[] = [];
const ends: Release[] = [];
const tellers: (() => void)[] = [];

/** Calls `release` when the file is over, the last one given first; each of them, also if another one fails. */
export const afterFile = (release: Release): void => void releases.push(release);

/** Calls `end` once, after the test that is under way; of concurrent ones, after the first that ends. */
export const afterThisTest = (end: Release): void => void ends.push(end);

/** Calls `tell` after each test of this file that failed. */
export const whenTestFails = (tell: () => void): void => void tellers.push(tell);

export async function testEnded(failed: boolean): Promise<void> {
  if (failed) for (const tell of tellers) tell();
  await callAll(ends.splice(0));
}

export async function fileEnded(): Promise<void> {
  tellers.length = 0;
  await callAll(releases.splice(0).reverse());
}

async function callAll(calls: readonly Release[]): Promise<void> {
  const errors: unknown[] = [];
  for (const call of calls) await call().catch((error: unknown) => errors.push(error));
  if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join('\n'));
  if (errors.length === 1) throw errors[0];
}
