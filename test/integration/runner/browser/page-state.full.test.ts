/* I10, I13: the state of a page is there again in another browser, and what could not be taken is said. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaptureLimits } from '../../../../services/runner/browser/page-state/page-state.ts';
import type { RunBrowser } from '../../../../services/runner/browser/run-browser.ts';
import { type AccountSite, startAccountSite } from '../../../support/sites/account-site.ts';
import { type BrowserBench, createBench, LIVE, patiently } from './fixture.ts';

const LIMITS: CaptureLimits = { ms: patiently(2_000), bytes: 2 ** 20, otherOrigins: 4 };
const NEVER = [
  { what: 'form_fields', why: 'never' },
  { what: 'page_memory', why: 'never' },
];
const SIGN_IN = [
  { action: 'goto', url: '/' },
  { action: 'click', selector: '#in' },
  { action: 'waitForSelector', selector: 'body[data-ready]' },
];

let bench: BrowserBench;
let site: AccountSite;
beforeAll(async () => {
  [bench, site] = await Promise.all([createBench(), startAccountSite()]);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

/** A run that has done all of its steps, and is still open. */
async function after(steps: object[], more: object = {}): Promise<RunBrowser> {
  const flow = bench.flow(steps, { baseUrl: site.url, ...more });
  const run = await bench.open(flow);
  for (const index of flow.steps.keys()) expect(await run.perform(index, LIVE)).toMatchObject({ ok: true });
  return run;
}
const close = (run: RunBrowser) => run.close({ keepVideo: false, reason: 'the test is over' });

test('what is taken of a page is there again in another context, before its scripts run', async () => {
  const run = await after(SIGN_IN);
  const { page, notCarried } = await run.capture(LIMITS);
  await close(run);
  expect(notCarried).toEqual(NEVER);
  expect(page).toMatchObject({
    url: `${site.url}/home?first`,
    session: { mark: site.secrets.session },
    storage: { origins: [{ localStorage: [{ name: 'mark', value: site.secrets.local }] }] },
  });
  const flow = bench.flow(
    [{ action: 'expect', is: 'text', selector: '#found', equals: 'local session database' }],
    { baseUrl: site.url },
  );
  const next = await bench.open(flow, { begins: { page, results: [] } });
  await next.enter(LIVE);
  expect(await next.perform(0, LIVE)).toMatchObject({ ok: true });
  expect((await next.capture(LIMITS)).page).toEqual(page);
  await close(next);
});

test('I10: the trace of a run has nothing of what is taken and opened', async () => {
  const run = await after([...SIGN_IN, { action: 'goto', url: '/missing' }], { playwrightTrace: 'on' });
  const { page } = await run.capture(LIMITS);
  await close(run);
  run.over(false);
  await bench.pool.finishEvidence(5_000);
  const kept = await readdir(bench.artifacts, { recursive: true, withFileTypes: true });
  const files = kept.filter((one) => one.isFile());
  const packed = await Promise.all(files.map((one) => readFile(join(one.parentPath, one.name))));
  const texts = packed.map((bytes) => gunzipSync(bytes).toString('latin1'));
  // The site's own answers are there, as of any page.
  const others = texts.flatMap((text) => text.split('\n')).filter((line) => !line.startsWith('{"names"'));
  expect(others.length).toBeGreaterThan(10);
  expect(JSON.stringify(page)).toContain(site.secrets.cookie);
  for (const secret of Object.values(site.secrets)) expect(others.join('\n')).not.toContain(secret);
});

const lacksOf = ({ notCarried }: Awaited<ReturnType<RunBrowser['capture']>>) =>
  notCarried.filter(({ why }) => why !== 'never');

test('a page that hangs leaves its cookies and its address, and it is said what is missing', async () => {
  const flow = bench.flow([...SIGN_IN, { action: 'click', selector: '#hang', timeoutMs: patiently(2_000) }], {
    baseUrl: site.url,
  });
  const run = await bench.open(flow);
  // It hangs before the click has returned.
  for (const index of flow.steps.keys()) await run.perform(index, LIVE);
  const captured = await run.capture({ ...LIMITS, ms: patiently(500) });
  expect(lacksOf(captured)).toEqual([
    { what: 'indexed_db', why: 'no_answer' },
    { what: 'local_storage', why: 'no_answer' },
    { what: 'session_storage', why: 'no_answer' },
  ]);
  expect(captured.page).toMatchObject({
    url: `${site.url}/home?first`,
    storage: { cookies: [{ name: 'sid', value: site.secrets.cookie }], origins: [] },
  });
  await close(run);
});

test('I13: a page that stores 100 MB keeps the rest of its state, and its run goes on', async () => {
  const run = await after([
    ...SIGN_IN,
    { action: 'click', selector: '#store' },
    { action: 'waitForSelector', selector: 'body[data-stored]', timeoutMs: 60_000 },
    { action: 'snapshot' },
  ]);
  const captured = await run.capture(LIMITS);
  expect(lacksOf(captured)).toEqual([{ what: 'indexed_db', why: 'too_large' }]);
  expect(captured.page.storage).toMatchObject({
    cookies: [{ name: 'sid' }],
    origins: [{ localStorage: [{ name: 'mark', value: site.secrets.local }] }],
  });
  expect(JSON.stringify(captured.page).length).toBeLessThan(LIMITS.bytes);
  expect(run.gone.aborted).toBe(false);
  expect(await run.perform(5, LIVE)).toMatchObject({ ok: true });
  await close(run);
});

test('what does not fit is left out, the databases first, and the cookies last', async () => {
  const run = await after(SIGN_IN);
  const captured = await run.capture({ ...LIMITS, bytes: 400 });
  expect(lacksOf(captured).map(({ what }) => what)).toEqual(['indexed_db']);
  expect(lacksOf(await run.capture({ ...LIMITS, bytes: 10 })).map(({ what }) => what)).toEqual(
    expect.arrayContaining(['indexed_db', 'local_storage', 'session_storage', 'cookies']),
  );
  await close(run);
});
