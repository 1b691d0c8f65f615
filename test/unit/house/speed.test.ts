import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { moduleAt, moduleOf } from '../../support/source/measured.ts';
import { dependsOnSpeed, isAboutTime } from '../../support/source/speed.ts';

/** What waits although no event tells when to go on, or works for a time. */
const ALLOWED = [
  'test/support/eventually.ts: await delay(everyMs ?? Math.ceil(Math.min(pause(waited), timeoutMs - waited)));',
  // Looks again whether another process has ended.
  'test/support/servers/run-folder.ts: await delay(POLL_MS);',
  // The work of owners, which goes on for as long as a migration does.
  'test/support/database/owners.ts: await delay(everyMs);',
  // Waits by a fake clock.
  'test/unit/runner/claim/lease-keeper.test.ts: const passed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));',
  // Keeps an event loop busy.
  'test/unit/platform/async/in-slices.test.ts: while (performance.now() < until);',
  'test/support/hold-up.ts: void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, ms));',
];

/** The file, and the suites that it imports. */
const withSuites = (path: string): string[] => [
  path,
  ...[...readFileSync(path, 'utf8').matchAll(/^import '(\.\/.+)';$/gm)].map(([, suite = '']) =>
    join(path, '..', suite),
  ),
];

it('no test that npm test runs depends on how fast its machine is', () => {
  const extended = globSync('test/{integration,e2e}/**/*.extended.test.ts').flatMap(withSuites);
  const usual = globSync('test/{integration,e2e}/**/*.test.ts')
    .filter((path) => !extended.includes(path))
    .flatMap(withSuites);
  const files = globSync('test/{unit,integration,e2e,support}/**/*.ts').filter(
    (path) => usual.includes(path) || !extended.includes(path),
  );
  expect(files.length).toBeGreaterThan(400);
  const found = files
    .filter((path) => isAboutTime(readFileSync(path, 'utf8')))
    .flatMap((path) => dependsOnSpeed(moduleAt(path)));
  const reported = new Set(found.map(({ path, text }) => `${path}: ${text}`));
  expect([...reported].toSorted()).toEqual(ALLOWED.toSorted());
}, 120_000);

const findings = (code: string) =>
  dependsOnSpeed(moduleOf('test/unit/planted.test.ts', code)).map(({ what }) => what);

it.each([
  [
    'bound',
    'const start = performance.now(); await work(); expect(performance.now() - start).toBeLessThan(30);',
  ],
  [
    'bound',
    'const took = threadMs() - start; expect(took).toBeLessThanOrEqual(LIMIT); const LIMIT = 2 * 500;',
  ],
  ['bound', 'const { took } = await timed(); expect(took).toBeLessThan(900);'],
  ['bound', 'expect((await ended).ms).not.toBeGreaterThan(400);'],
  ['bound', 'const at = Date.now(); expect(Date.now() - at < 100).toBe(true);'],
  [
    'bound',
    'const waits: number[] = []; waits.push(Date.now() - at); expect(Math.max(...waits)).toBeLessThan(SOON);',
  ],
  [
    'bound',
    'const timed = () => { const s = performance.now(); return performance.now() - s; }; expect(timed()).toBeCloseTo(5);',
  ],
  ['impatient', 'await eventually(() => expect(seen).toBe(1), { timeoutMs: 1_000 });'],
  ['impatient', 'await expect.poll(() => seen, { timeout: SOON }).toBe(1); const SOON = 300;'],
  ['impatient', 'await fetch(url, { signal: AbortSignal.timeout(500) });'],
  ['sleep', "import { setTimeout as passes } from 'node:timers/promises'; await passes(300);"],
  ['sleep', 'await new Promise((resolve) => setTimeout(resolve, 50));'],
  ['sleep', 'await new Promise<void>((done) => setTimeout(() => done(), 50));'],
  ['sleep', 'await page.waitForTimeout(10);'],
  ['sleep', 'while (performance.now() < until) await turn();'],
])('the check finds a planted %s: %s', (what, code) => {
  expect(findings(code)).toEqual([what]);
});

it.each([
  'const start = performance.now(); expect(performance.now() - start).toBeLessThan(2_000);',
  'await eventually(() => expect(seen).toBe(1), { timeoutMs: promisedMs(1_000) });',
  'const start = performance.now(); expect(performance.now() - start).toBeGreaterThan(249);',
  'const floor = threadMs() - start; expect(threadMs() - start).toBeLessThan(3 * floor + 20);',
  'expect(rows.length).toBeLessThan(10);',
  'await eventually(() => expect(seen).toBe(1), { timeoutMs: 30_000 + lease });',
  "import { setTimeout as delay } from 'node:timers/promises'; await delay(0);",
  "import { setImmediate as turn } from 'node:timers/promises'; await turn();",
  'const timer = setTimeout(() => child.kill(), 50); clearTimeout(timer);',
  'extendedOnly(() => { expect(performance.now() - start).toBeLessThan(30); });',
])('the check leaves alone: %s', (code) => {
  expect(findings(code)).toEqual([]);
});
