import type { Reporter, TestModule } from 'vitest/node';
import { NEEDS, type NeedName } from '../../test/support/machine.ts';
import { pathOf } from './durations.ts';

export interface Skipped {
  file: string;
  name: string;
  /** What the machine lacks for it, as the test says. */
  lacks: readonly NeedName[];
}

/** A line for each thing that is missing, and one for each test that has no such reason to be skipped. */
export async function accountFor(
  skipped: readonly Skipped[],
  isThere: (need: NeedName) => Promise<boolean>,
): Promise<{ notTried: string[]; unexplained: string[] }> {
  const notTried: string[] = [];
  const there = new Set<NeedName>();
  for (const need of Object.keys(NEEDS) as NeedName[]) {
    const without = skipped.filter(({ lacks }) => lacks.includes(need));
    if (without.length === 0) continue;
    if (await isThere(need)) {
      there.add(need);
      continue;
    }
    const files = [...new Set(without.map(({ file }) => file))].toSorted();
    const count = files.length === 1 ? '1 file' : `${files.length} files`;
    notTried.push(
      `Not tried without ${need}: tests of ${count} (${files.join(', ')}). To try them: ${NEEDS[need].how}.`,
    );
  }
  const unexplained = skipped
    .filter(({ lacks }) => lacks.every((need) => there.has(need)))
    .map(({ file, name, lacks }) => {
      const why = lacks.length === 0 ? 'without a need' : `for lack of ${lacks.join(', ')}, which is there`;
      return `Skipped ${why}: ${file} > ${name}`;
    });
  return { notTried, unexplained };
}

/** Tells at the end what was not tried for lack of what this machine has not, and fails the run if a test was skipped for any other reason. */
export default class NeedsReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    // Where a hook failed, tests are skipped, too.
    const skipped = modules
      .filter((module) => module.state() !== 'failed')
      .flatMap((module) =>
        [...module.children.allTests('skipped')].map((test) => ({
          file: pathOf(module.moduleId),
          name: test.fullName,
          lacks: test.meta().lacks ?? [],
        })),
      );
    const { notTried, unexplained } = await accountFor(skipped, async (need) =>
      Boolean(await NEEDS[need].isThere()),
    );
    for (const line of notTried) console.log(line);
    for (const line of unexplained) console.error(line);
    if (unexplained.length > 0) process.exitCode = 1;
  }
}
