/*
 * Tells Kubernetes what the deletion of each runner's pod costs, so that idle ones go first. Owns what was sent, as far
 * as this process knows. A hint only: a deleted runner waits for its runs anyway (I5). See docs/decisions/cluster.md.
 */
import { countRunsOfHosts } from '#shared/adapters/database/processes/runs-of-hosts.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Config } from '#shared/platform/config/config.ts';
import { type Kubernetes, KubernetesRefusal, openKubernetes } from './kubernetes.ts';
import { nextCosts, type PodCost } from './next-costs.ts';

/** However many runners there are, the API server hears of so many in a round, five a second. */
const MOST = 25;

interface PodCosts {
  /** Does nothing without a cluster. */
  tell(): Promise<void>;
  /** Another process tells them meanwhile. */
  forget(): void;
}

export function createPodCosts(
  config: Config<'GHOSTLY_KUBERNETES_API' | 'GHOSTLY_KUBERNETES_ACCOUNT'>,
  sql: Sql,
): PodCosts {
  const { GHOSTLY_KUBERNETES_API: url, GHOSTLY_KUBERNETES_ACCOUNT: account } = config;
  const sent = new Map<string, number>();
  return {
    async tell() {
      if (url === undefined) return;
      const hosts = await countRunsOfHosts(sql);
      const there = new Set(hosts.map(({ host }) => host));
      for (const pod of sent.keys()) if (!there.has(pod)) sent.delete(pod);
      const now = hosts.map(({ host, runs }) => ({ pod: host, cost: runs }));
      const costs = nextCosts(sent, now, MOST);
      if (costs.length === 0) return;
      using kubernetes = await openKubernetes({ url, account });
      await sendCosts(kubernetes, costs, sent);
    },
    forget: () => sent.clear(),
  };
}

async function sendCosts(
  kubernetes: Kubernetes,
  costs: readonly PodCost[],
  sent: Map<string, number>,
): Promise<void> {
  const refusals: KubernetesRefusal[] = [];
  for (const { pod, cost } of costs) {
    try {
      // A runner outside of the cluster has no pod, which stays so.
      await kubernetes.setDeletionCost(pod, cost);
      sent.set(pod, cost);
    } catch (error) {
      // A refusal is about this pod alone; a server that does not answer would be waited for 25 times.
      if (!(error instanceof KubernetesRefusal)) throw error;
      refusals.push(error);
    }
  }
  if (refusals.length > 0) throw refusals[0]!;
}
