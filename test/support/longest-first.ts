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
  'e2e/runners',
  'e2e/clients',
  'e2e/demo',
  'e2e/queue',
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
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
