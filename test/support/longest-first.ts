import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Vitest knows how long files took last time; on a clean checkout it does not. What takes longest must not begin last. */
const LONG = [
  'database/broken-migration',
  'local-up/up',
  'browser/pool',
  'database/owner-session',
  'browser/egress',
  'local/postgres',
  'gateway/open-streams',
  'subscribers/sign-in',
  'e2e/visualiser',
  'e2e/one-stack',
  'e2e/broken-browser',
  'e2e/demo',
  'e2e/cli',
  'e2e/visualiser-trouble',
  'e2e/up',
].map((name) => `/${name}.test.ts`);

const rank = ({ moduleId }: TestSpecification) => {
  const at = LONG.findIndex((name) => moduleId.endsWith(name));
  return at === -1 ? LONG.length : at;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
