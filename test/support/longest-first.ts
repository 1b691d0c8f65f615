import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest knows how long files took last time; on a clean checkout it does not. What takes longest must not begin last.
 * Files of a project stay together, as a worker serves one at a time; e2e comes before integration, by its name.
 */
const LONG = [
  'browser/egress',
  'local-up/up',
  'gateway/open-streams',
  'database/broken-migration',
  'browser/kill',
  'database/owner-session',
  'browser/evidence',
  'subscribers/sign-in',
  'browser/failures',
  'database/online-migrations',
  'e2e/runners',
  'e2e/visualiser-runs',
  'e2e/clients',
  'e2e/visualiser',
  'e2e/queue',
  'e2e/demo',
  'e2e/up',
  'e2e/one-stack',
].map((name) => `/${name}.test.ts`);

const rank = ({ moduleId }: TestSpecification) => {
  const at = LONG.findIndex((name) => moduleId.endsWith(name));
  return at === -1 ? LONG.length : at;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const ofProjects = Map.groupBy(sorted, ({ project }) => project.name);
    return [...ofProjects.values()].flatMap((ofOne) => ofOne.toSorted((a, b) => rank(a) - rank(b)));
  }
}
