/* No test of `npm test` depends on how fast its machine is. */
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { moduleAt, moduleOf } from '../../support/source/measured.ts';
import { loadedBefore } from '../../support/source/reach.ts';
import { dependsOnSpeed } from '../../support/source/speed.ts';

const ALLOWED = [
  // Where no event tells when to go on.
  'test/support/eventually.ts: await delay(everyMs ?? Math.ceil(Math.min(pause(waited), timeoutMs - waited)));',
  // Looks again whether another process has ended.
  'test/support/servers/run-folder.ts: await delay(POLL_MS);',
  // Both go by a fake clock.
  'test/unit/runner/claim/lease-keeper.test.ts: const passed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));',
  'test/unit/runner/claim/lease-keeper.test.ts: expect(renewed).toBeLessThanOrEqual(HEARTBEAT * 1.6);',
];

/** What `npm test` runs, with what it loads. */
function filesOfTests(): string[] {
  const files = globSync('test/**/*.ts').map((path) => ({ path, code: readFileSync(path, 'utf8') }));
  const tests = globSync(['test/{unit,integration,main-job}/**/*.test.ts', 'test/support/**/*.setup.ts'], {
    exclude: ['**/*.{full,extended}.test.ts'],
  });
  const all = { path: 'all.ts', code: tests.map((path) => `import './${path}';`).join('\n') };
  return [...loadedBefore(all.path, [all, ...files])].filter((path) => /^test\/.*\.ts$/.test(path));
}

it('no test that npm test runs depends on how fast its machine is', () => {
  const files = filesOfTests();
  expect(files.length).toBeGreaterThan(400);
  const found = files.flatMap((path) => dependsOnSpeed(moduleAt(path)));
  const reported = new Set(found.map(({ path, text }) => `${path}: ${text}`));
  expect([...reported].toSorted()).toEqual(ALLOWED.toSorted());
});

const findings = (code: string) =>
  dependsOnSpeed(moduleOf('test/unit/planted.test.ts', code)).map(({ what }) => what);

it.each([
  ['bound', 'expect(performance.now() - start).toBeLessThan(60_000);'],
  ['bound', 'const { took } = await timed(); expect(took).toBeLessThanOrEqual(promisedMs(900));'],
  ['bound', 'expect((await ended).ms).not.toBeGreaterThan(LIMIT);'],
  ['bound', 'const at = Date.now(); expect(Date.now() - at < 100).toBe(true);'],
  ['bound', 'const waits = []; waits.push(Date.now() - at); expect(Math.max(...waits)).toBeLessThan(SOON);'],
  [
    'bound',
    'const timed = () => { const s = threadMs(); return performance.now() - s; }; expect(timed()).toBeCloseTo(5);',
  ],
  ['impatient', 'await eventually(() => expect(seen).toBe(1), { timeoutMs: 30_000 });'],
  [
    'impatient',
    'const SOON = { timeoutMs: 2 * LEASE_MS }; const LEASE_MS = 500; await eventually(look, SOON);',
  ],
  ['impatient', "await page.getByText('Buy').click({ timeout: 30_000 });"],
  ['impatient', "it('is slow', async () => {}, 20_000);"],
  ['impatient', 'await fetch(url, { signal: AbortSignal.timeout(500) });'],
  ['impatient', 'await watch.until(isRunEnd, 5_000);'],
  ['sleep', "import { setTimeout as passes } from 'node:timers/promises'; await passes(300);"],
  ['sleep', 'await new Promise<void>((done) => setTimeout(() => done(), 50));'],
  ['sleep', 'await page.waitForTimeout(10);'],
  ['sleep', 'while (performance.now() < until) await turn();'],
])('the check finds a planted %s: %s', (what, code) => {
  expect(findings(code)).toEqual([what]);
});

it.each([
  'expect(performance.now() - start).toBeGreaterThan(249);',
  'const floor = threadMs() - start; expect(threadMs() - start).toBeLessThan(3 * floor + 20);',
  'expect(rows.length).toBeLessThan(10);',
  "import { PATIENCE_MS } from '../support/eventually.ts'; await eventually(look, { timeoutMs: 2 * PATIENCE_MS });",
  'await sink.until(4);',
  "const flow = [{ action: 'click', selector: '#gone', timeoutMs: 300 }];",
  "import { setTimeout as delay } from 'node:timers/promises'; await delay(0);",
  'const timer = setTimeout(() => child.kill(), 50); clearTimeout(timer);',
  'while (performance.now() < until);',
  'extendedOnly(() => { expect(performance.now() - start).toBeLessThan(30); });',
])('the check leaves alone: %s', (code) => {
  expect(findings(code)).toEqual([]);
});
