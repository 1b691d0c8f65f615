/*
 * Tells Kubernetes what the deletion of each runner's pod costs, so that idle ones go first. Owns what was sent, as
 * far as this process knows. A hint only: a deleted runner waits for its runs anyway (I5). See
 * docs/decisions/cluster.md.
 */
import type { Config } from '#shared/config/config.ts';
import { countRunsOfHosts } from '#shared/database/processes/runs-of-hosts.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';
import type { Leadership } from '../leading.ts';
import { KubernetesRefusal, openKubernetes } from './kubernetes.ts';
import { nextCosts } from './next-costs.ts';

const EVERY_MS = 5_000;
/** However many runners there are, the API server hears of so many in a round, five a second. */
const MOST = 25;

export interface TellingDeps {
  config: Config<'GHOSTLY_KUBERNETES_API' | 'GHOSTLY_KUBERNETES_ACCOUNT'>;
  sql: Sql;
  log: Pick<Log, 'info' | 'warn'>;
  leadership: Pick<Leadership, 'isLeading' | 'onLead'>;
  resources: AsyncDisposableStack;
}

/** While this process leads, and if there is a cluster. */
export function startTellingCosts({ config, sql, log, leadership, resources }: TellingDeps): void {
  const { GHOSTLY_KUBERNETES_API: url, GHOSTLY_KUBERNETES_ACCOUNT: account } = config;
  if (url === undefined) return;
  const told = new Map<string, number>();
  let failing = false;

  const tell = async () => {
    if (!leadership.isLeading()) return told.clear(); // another one tells them meanwhile
    const hosts = await countRunsOfHosts(sql);
    const there = new Set(hosts.map(({ host }) => host));
    for (const pod of told.keys()) if (!there.has(pod)) told.delete(pod);
    const costs = nextCosts(
      told,
      hosts.map(({ host, runs }) => ({ pod: host, cost: runs })),
      MOST,
    );
    if (costs.length === 0) return;
    using kubernetes = await openKubernetes({ url, account });
    const refusals: KubernetesRefusal[] = [];
    for (const { pod, cost } of costs) {
      try {
        // A runner outside of the cluster has no pod, which stays so.
        await kubernetes.setDeletionCost(pod, cost);
        told.set(pod, cost);
      } catch (error) {
        // A refusal is about this pod alone; a server that does not answer would be waited for 25 times.
        if (!(error instanceof KubernetesRefusal)) throw error;
        refusals.push(error);
      }
    }
    if (refusals.length > 0) throw refusals[0]!;
    if (failing) log.info('Kubernetes hears again what the deletion of each pod costs');
    failing = false;
  };
  const onError = (error: unknown) => {
    if (!failing) log.warn({ err: error }, 'could not tell Kubernetes what the deletion of each pod costs');
    failing = true;
  };
  const telling = resources.use(startLoop(EVERY_MS, tell, onError));
  leadership.onLead(telling.wake);
}
