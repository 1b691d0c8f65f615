import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const PAGE = join(import.meta.dirname, '../../docs/architecture.md');
const INVARIANTS = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (I\d+) \|/gm)].map(([, name = '']) => name);
if (INVARIANTS.length < 15) throw new Error('docs/architecture.md names too few invariants');

/** Tells at the end how many tests that passed cite each invariant, and fails the run if one has none. */
export default class InvariantsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const passed = modules
      .filter(({ project }) => project.name !== 'unit')
      .flatMap(({ children }) => [...children.allTests('passed')]);
    const cited = Map.groupBy(
      passed.flatMap(({ fullName }) => [...new Set(fullName.match(/\bI\d+\b/g))]),
      (invariant) => invariant,
    );
    const counted = INVARIANTS.map((name) => `${name} ${cited.get(name)?.length ?? 0}`);
    console.log(`Tests of each invariant on real servers: ${counted.join(', ')}.`);
    const without = INVARIANTS.filter((name) => !cited.has(name));
    if (without.length === 0) return;
    console.error(`No test passed of ${without.join(', ')}.`);
    process.exitCode = 1;
  }
}
