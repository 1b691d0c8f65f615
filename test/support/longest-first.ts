import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest knows how long files took last time; on a clean checkout it does not. What takes longest must not begin last.
 * Of e2e, of integration, and of the faults.
 */
const LONG = [
  'e2e/runners',
  'e2e/visualiser-runs',
  'e2e/visualiser-views',
  'e2e/clients',
  'e2e/queue',
  'e2e/why-table',
  'e2e/outages',
  'e2e/agents',
  'e2e/visualiser',
  'e2e/up',
  'e2e/one-stack',
  'e2e/demo',
  'e2e/killed-run',
  'e2e/absent',
  'e2e/pooler',
  'e2e/metrics',
  'browser/egress',
  'local-up/up',
  'gateway/open-streams',
  'database/owner-session',
  'browser/kill',
  'database/broken-migration',
  'subscribers/lost-delivery',
  'database/online-migrations',
  'browser/evidence',
  'subscribers/sign-in',
  'browser/failures',
  'gateway/queue-estimate',
  'browser/pool',
  'artifacts/readers',
  'browser/page-events',
  'gateway/policy-walk',
  'database/claim-at-volume',
  'supervisor/relay',
  'runner/lost-claims',
  'local-up/commands',
  'subscribers/gaps',
  'browser/late-encoder',
  'rows/store-outage',
  'rows/supervisors',
  'faults/migrations',
  'whole/database',
  'rows/rolling-restart',
  'rows/cut-runner',
  'rows/runner-deaths',
  'rows/gateway-deaths',
  'rows/nats-cluster',
  'rows/postgres-outages',
  'rows/cancel-races',
  'mutants/mutants',
  'rows/queue',
  'rows/lost-answers',
  'rows/floods',
  'rows/signals',
  'rows/poison',
  'whole/gateway',
  'rows/stopped-runner',
  'rows/watchers',
  'faults/model',
  'rows/nats-outages',
  'cluster/cluster',
  'rows/killed-start',
  'rows/clocks',
  'rows/orphans',
].map((name) => `/${name}.test.ts`);
/** So many of e2e begin first: they take longest, and wait most of their time. */
const FIRST_OF_E2E = 3;
/** So many others begin before the next one of e2e: they are mostly work, and fill the time that e2e waits. */
const BETWEEN = 7;

const rank = ({ moduleId }: TestSpecification) => {
  const at = LONG.findIndex((name) => moduleId.endsWith(name));
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
