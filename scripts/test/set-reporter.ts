import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { REST } from '../../test/support/share.ts';
import { pathOf } from './durations.ts';
import { measureSlowness, slownessOfRun } from './slowness.ts';

const PAGE = join(import.meta.dirname, '../../docs/architecture.md');
const INVARIANTS = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (I\d+) \|/gm)].map(([, name = '']) => name);
if (INVARIANTS.length < 15) throw new Error('docs/architecture.md names too few invariants');
/** So many tests of the small set cite each invariant, at least. */
const LEAST = 3;
/** What takes five calm seconds is marked full; up to this many may be noise. */
const MOST_SECONDS = 8;
/** Where `main.ts` reads which files took long, which it runs once more with nothing beside them; then they may not. */
const LONG_FILES = process.env.TEST_LONG_FILES;

/** Holds the small set to what it promises: it cites each invariant, and no file of it takes long. */
export default class SetReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    if (!REST && LONG_FILES !== undefined) tellInvariants(modules);
    const [before, now] = [await slownessOfRun(), await measureSlowness()];
    tellLong(modules, Math.max(1, before.usual, now.usual));
  }
}

function tellInvariants(modules: readonly TestModule[]): void {
  const titles = modules
    .filter(({ project }) => project.name !== 'unit')
    .flatMap(({ children }) => [...children.allTests('passed')].map(({ fullName }) => fullName));
  const cited = titles.flatMap((title) => [...new Set(title.match(/\bI\d+\b/g))]);
  const counts = INVARIANTS.map((name) => [name, cited.filter((one) => one === name).length] as const);
  console.log(
    `Tests of each invariant on real servers: ${counts.map(([name, n]) => `${name} ${n}`).join(', ')}.`,
  );
  const few = counts.filter(([, n]) => n < LEAST).map(([name]) => name);
  if (few.length > 0) fail(`Fewer than ${LEAST} tests passed of ${few.join(', ')}.`);
}

function tellLong(modules: readonly TestModule[], slowness: number): void {
  const long = modules
    .map((module) => ({
      path: pathOf(module.moduleId),
      seconds: secondsOf(module) / slowness,
    }))
    .filter(({ path, seconds }) => /^test\/(unit|integration)\//.test(path) && seconds > MOST_SECONDS)
    .filter(({ path }) => !/\.(full|extended)\.test\.ts$/.test(path))
    .map(({ path, seconds }) => ({ path, line: `${path} (${seconds.toFixed(1)} s)` }));
  if (LONG_FILES !== undefined) writeFileSync(LONG_FILES, JSON.stringify(long.map(({ path }) => path)));
  else if (long.length > 0)
    fail(
      `Over ${MOST_SECONDS} calm seconds; make them faster or call them *.full.test.ts: ${long.map(({ line }) => line).join(', ')}.`,
    );
}

/** Some start their servers while they are imported. */
function secondsOf(module: TestModule): number {
  const { collectDuration, duration } = module.diagnostic();
  return (collectDuration + duration) / 1_000;
}

function fail(line: string): void {
  console.error(line);
  process.exitCode = 1;
}
