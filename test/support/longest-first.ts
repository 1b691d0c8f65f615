import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest knows how long files took last time; on a clean checkout it does not. What takes longest must not begin last.
 * Files of a project stay together, as a worker serves one at a time; e2e comes before integration, by its name. The
 * faults are at the end.
 */
const LONG = [
  'e2e/runners',
  'e2e/visualiser-runs',
  'e2e/clients',
  'e2e/visualiser',
  'e2e/demo',
  'e2e/up',
  'e2e/queue',
  'e2e/agents',
  'e2e/metrics',
  'e2e/one-stack',
  'e2e/absent',
  'e2e/pooler',
  'browser/egress',
  'browser/kill',
  'browser/evidence',
  'gateway/open-streams',
  'database/broken-migration',
  'database/owner-session',
  'browser/failures',
  'local-up/up',
  'subscribers/sign-in',
  'browser/page-events',
  'browser/pool',
  'database/online-migrations',
  'gateway/queue-estimate',
  'gateway/policy-walk',
  'subscribers/durable',
  'gateway/fuzz',
  'supervisor/relay',
  'supervisor/retention',
  'supervisor/sweep',
  'gateway/hostile',
  'browser/late-encoder',
  'subscribers/gaps',
  'subscribers/leftovers',
  'browser/launch',
  'rows/supervisors',
  'rows/cancel-races',
  'rows/store-outage',
  'rows/watchers',
  'mutants/mutants',
  'rows/gateway-deaths',
  'rows/floods',
  'rows/nats-cluster',
  'rows/lost-answers',
  'rows/runner-deaths',
  'rows/cut-runner',
  'rows/postgres-outages',
  'faults/migrations',
  'cluster/cluster',
  'rows/poison',
  'rows/queue',
  'whole/database',
  'faults/model',
  'whole/gateway',
  'rows/killed-start',
  'rows/clocks',
  'rows/stopped-runner',
  'rows/orphans',
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
