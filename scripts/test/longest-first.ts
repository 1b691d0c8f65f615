import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { pathOf, readDurations } from './durations.ts';

/** So many of e2e begin first: they take longest, and wait most of their time. */
const FIRST_OF_E2E = 3;
/** So many others begin before the next one of e2e: they are mostly work, and fill the time that e2e waits. */
const BETWEEN = 7;

const isOfE2e = ({ moduleId }: TestSpecification) => /^test\/(e2e|main-job)\//.test(pathOf(moduleId));

/**
 * Vitest knows how long files took last time; on a clean checkout it does not. What takes longest must not begin last.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const durations = readDurations();
    const secondsOf = ({ moduleId }: TestSpecification) => durations[pathOf(moduleId)] ?? 0;
    const sorted = await super.sort(files);
    // Files of a project stay together: a worker that gets one of another project is started anew.
    const ofProjects = Map.groupBy(sorted, ({ project }) => project.name);
    return [...ofProjects.values()].flatMap((ofOne) =>
      mix(ofOne.toSorted((a, b) => secondsOf(b) - secondsOf(a))),
    );
  }
}

function mix(files: readonly TestSpecification[]): TestSpecification[] {
  const ofE2e = files.filter(isOfE2e);
  const others = files.filter((file) => !isOfE2e(file));
  const first = ofE2e.splice(0, FIRST_OF_E2E);
  const mixed = others.flatMap((file, n) => (n % BETWEEN === 0 ? [...ofE2e.splice(0, 1), file] : [file]));
  return [...first, ...mixed, ...ofE2e];
}
