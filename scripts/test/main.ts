/*
 * `npm test` (the small set) and `npm run test:all [-- --rest]` (all but the further cases; or what the small set leaves):
 * sets up the machine, then one run of Vitest. Ends with what it ran, how slow the machine was, and what it did not run.
 * Other arguments go to Vitest: a file of any set, with `TESTS=extended` with its further cases; or options.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEASURED, measureSlowness } from './slowness.ts';
import { endWithParent, run } from './stage.ts';

const VITEST = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const [command, ...given] = process.argv.slice(2);
const isRest = given[0] === '--rest';
const files = isRest ? given.slice(1) : given;
/** Options alone, such as `--bail 1`, leave the set as it is; a file may be of any. */
const isWhole = files.every((name) => name.startsWith('-') || /^\d+$/.test(name));
const set = isRest ? 'rest' : command === 'small' && isWhole ? 'small' : 'all';
const SETS = {
  small: { name: 'npm test', projects: ['unit', 'servers', 'alone'] },
  all: { name: 'npm run test:all', projects: ['unit', 'servers', 'alone'] },
  rest: { name: 'npm run test:all -- --rest', projects: ['unit', 'servers', 'alone'] },
};
const NOT_RUN = {
  small:
    'Lint and types are npm run check; everything else is npm run test:all (about a quarter of an hour).',
  all: 'Further cases, faults, containers and the like are npm run test:nightly (hours).',
  rest: 'The small set is npm test.',
};
/** Calm seconds that the command may take, for `.ci/run`. */
const WITHIN_S = Number(process.env.TEST_WITHIN_S || Number.POSITIVE_INFINITY);
if (!(WITHIN_S > 0)) throw new Error('TEST_WITHIN_S is a number of seconds');

endWithParent();
const start = performance.now();
const before = await measureSlowness();
console.log(`This machine takes ${before.usual.toFixed(1)} times as long as two calm cores.`);
process.env[MEASURED] = JSON.stringify(before);
if (isWhole || process.env.TESTS !== 'extended') process.env.TESTS = set;

const ran = [await run('setup', 'npm', 'run', '--silent', 'setup')];
const long = join(tmpdir(), `ghostly-long-files-${process.pid}.json`);
process.env.TEST_LONG_FILES = long;
if (ran[0]?.ok) ran.push(await tests('tests', ['progress', 'set', 'needs'], files));
// Beside others a file may take long for their sake.
if (isWhole && (set !== 'small' || WITHIN_S < Number.POSITIVE_INFINITY) && existsSync(long)) {
  delete process.env.TEST_LONG_FILES;
  const again = JSON.parse(readFileSync(long, 'utf8')) as string[];
  if (again.length > 0)
    ran.push(await tests('long files, alone', ['progress', 'set'], ['--no-file-parallelism', ...again]));
}
rmSync(long, { force: true });

const total = Math.round((performance.now() - start) / 1_000);
const after = await measureSlowness();
const slowness = Math.max(1, before.usual, after.usual);
const results = ran.map(({ name, ok, seconds }) => `${name} ${ok ? 'passed' : 'FAILED'} (${seconds} s)`);
console.log(
  `\n${isWhole ? SETS[set].name : files.join(' ')} in ${total} s, on a machine that took ${before.usual.toFixed(1)} (before) and ${after.usual.toFixed(1)} (after) times as long as two calm cores: ${results.join('; ')}. ${isWhole ? NOT_RUN[set] : ''}`,
);
const isLate = total > WITHIN_S * slowness;
if (isLate) console.error(`That is more than ${WITHIN_S} s × ${slowness.toFixed(1)}.`);
process.exitCode = ran.every(({ ok }) => ok) && !isLate ? 0 : 1;

function tests(name: string, reporters: readonly string[], args: readonly string[]) {
  const projects = SETS[set].projects.flatMap((name) => ['--project', name]);
  // A part of the files need not cite every invariant.
  const told = isWhole ? reporters.flatMap((one) => ['--reporter', `./scripts/test/${one}-reporter.ts`]) : [];
  return run(name, process.execPath, VITEST, 'run', ...projects, ...told, ...args);
}
