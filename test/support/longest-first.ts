import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest knows how long files took last time; on a clean checkout it does not. What takes longest must not begin last.
 * Of e2e, of integration, and of the faults.
 */
const LONG = [
  'e2e/clients',
  'e2e/visualiser-views',
  'e2e/visualiser-runs',
  'e2e/runners',
  'e2e/visualiser',
  'e2e/agents',
  'e2e/queue',
  'e2e/one-stack',
  'e2e/traces',
  'e2e/waiting-for',
  'e2e/up',
  'e2e/demo',
  'e2e/metrics',
  'e2e/why-table',
  'e2e/outages',
  'e2e/killed-run',
  'e2e/absent',
  'e2e/pooler',
  'browser/egress',
  'database/model',
  'subscribers/sign-in',
  'local-up/up',
  'database/search',
  'gateway/policy-walk',
  'gateway/open-streams',
  'gateway/docs',
  'runner/transition-writer',
  'browser/failures',
  'local-up/commands',
  'browser/evidence',
  'runner/lost-claims',
  'database/claim',
  'browser/launch',
  'browser/verbs',
  'gateway/wait',
  'cli/commands',
  'browser/late-encoder',
  'database/claim-at-volume',
  'local/postgres',
  'local/template',
  'database/broken-migration',
  'database/search-at-volume',
  'gateway/hostile',
  'artifacts/readers',
  'gateway/lost-role',
  'browser/spare-contexts',
  'database/online-migrations',
  'gateway/queue-estimate',
  'process/traces',
  'subscribers/gaps',
  'runner/spool',
  'browser/kill',
  'browser/no-page',
  'browser/page-events',
  'mutants/mutants',
  'rows/store-outage',
  'rows/supervisors',
  'faults/migrations',
  'rows/cut-runner',
  'rows/rolling-restart',
  'rows/signals',
  'rows/watchers',
  'rows/nats-cluster',
  'rows/lost-answers',
  'rows/postgres-outages',
  'rows/poison',
  'rows/poison-rows',
  'rows/floods',
  'rows/queue',
  'rows/cancel-races',
  'rows/gateway-deaths',
  'rows/runner-deaths',
  'rows/stopped-runner',
  'cluster/cluster',
  'rows/nats-outages',
  'rows/clocks',
  'rows/orphans',
  'rows/killed-start',
  'faults/model',
].map((name) => `/${name}.test.ts`);
/** So many of e2e begin first: they take longest, and wait most of their time. */
const FIRST_OF_E2E = 3;
/** So many others begin before the next one of e2e: they are mostly work, and fill the time that e2e waits. */
const BETWEEN = 7;

const rank = ({ moduleId }: TestSpecification) => {
  const at = LONG.findIndex((name) => moduleId.replace('.extended.', '.').endsWith(name));
  return at === -1 ? LONG.length : at;
};
const isOfE2e = ({ moduleId }: TestSpecification) => moduleId.includes('/test/e2e/');

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Files of a project stay together: a worker that gets one of another project is started anew.
    const ofProjects = Map.groupBy(sorted, ({ project }) => project.name);
    return [...ofProjects.values()].flatMap((ofOne) => mix(ofOne.toSorted((a, b) => rank(a) - rank(b))));
  }
}

function mix(files: readonly TestSpecification[]): TestSpecification[] {
  const ofE2e = files.filter(isOfE2e);
  const others = files.filter((file) => !isOfE2e(file));
  const first = ofE2e.splice(0, FIRST_OF_E2E);
  const mixed = others.flatMap((file, n) => (n % BETWEEN === 0 ? [...ofE2e.splice(0, 1), file] : [file]));
  return [...first, ...mixed, ...ofE2e];
}
