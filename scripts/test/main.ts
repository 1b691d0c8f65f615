/*
 * `npm test`: sets up the machine, with lint and types beside it, then all tests but the extended ones and the
 * faults in one run of Vitest. Ends with what it ran, how slow the machine was, and what it did not run. Arguments go to Vitest.
 */
import { join } from 'node:path';
import { measureSlowness } from './slowness.ts';
import { endWithParent, type Ran, run } from './stage.ts';

const VITEST = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const PROJECTS = ['unit', 'servers', 'alone'];
const REPORTERS = ['default', './scripts/test/invariants-reporter.ts'];
const NOT_RUN = [
  'Not run: further cases (npm run test:extended, minutes),',
  'the faults (npm run test:faults:bounded, minutes; npm run test:faults, an hour),',
  'and what needs root, a cluster or a backup (npm run test:containers, test:cluster, test:restore);',
  'npm run test:nightly runs all of them.',
].join(' ');

const script = (name: string) => run(name, 'npm', 'run', '--silent', name);
const tests = () => {
  const given = process.argv.slice(2);
  const projects = PROJECTS.flatMap((name) => ['--project', name]);
  // A part of the files need not cite every invariant.
  const reporters = given.length > 0 ? [] : REPORTERS.flatMap((name) => ['--reporter', name]);
  return run('unit, integration, e2e', process.execPath, VITEST, 'run', ...projects, ...reporters, ...given);
};

/** Each stage only if the one before went well. */
async function runStages(stages: (() => Promise<Ran[]>)[]): Promise<Ran[]> {
  const ran: Ran[] = [];
  for (const stage of stages) {
    ran.push(...(await stage()));
    if (ran.some(({ ok }) => !ok)) break;
  }
  return ran;
}

endWithParent();
const slowBefore = await measureSlowness();
const start = performance.now();
const ran = await runStages([
  () => Promise.all([script('setup'), script('lint'), script('types')]),
  async () => [await tests()],
]);
const results = ran.map(({ name, ok, seconds }) => `${name} ${ok ? 'passed' : 'FAILED'} (${seconds} s)`);
const total = Math.round((performance.now() - start) / 1_000);
const slow = [slowBefore, await measureSlowness()].map(({ usual }) => usual.toFixed(1));
console.log(
  `\nnpm test in ${total} s, on a machine that took ${slow.join(' (before) and ')} (after) times as long as two calm cores: ${results.join('; ')}. ${NOT_RUN}`,
);
process.exitCode = ran.every(({ ok }) => ok) ? 0 : 1;
