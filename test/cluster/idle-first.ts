/* That scaling in takes idle pods while a busy one is beside them: what the deletion costs are for. */
import { count, startRuns, WAITING } from '../../bench/scale/load.ts';
import { eventually } from '../support/eventually.ts';
import type { Cluster } from './cluster.ts';

const LIVE = `status = 'running' and owner is not null`;

/**
 * Gives one pod a run, and scales in to one pod. Resolves to the deletion costs of the pods that were deleted. No other run
 * may be there; this one is cancelled at the end.
 */
export async function deleteIdle({ fleet, api, runners }: Cluster, pods: number): Promise<number[]> {
  runners.scale(pods);
  await runners.ready();
  await startRuns(fleet, WAITING, 1);
  const costs = () => runners.pods.map(({ name }) => api.pods.get(name));
  // The supervisor counts every five seconds; a cost may be that of a run that has just ended.
  await eventually(
    async () => {
      const busy = await podOfRun(fleet);
      if (busy === undefined) throw new Error('no pod has the run yet');
      const wanted = runners.pods.map(({ name }) => (name === busy ? '1' : '0'));
      if (costs().join() !== wanted.join()) throw new Error(`the costs are ${costs().join()}`);
    },
    { timeoutMs: 30_000 },
  );
  const deleted = runners.scale(1).map(({ name }) => Number(api.pods.get(name)));
  await runners.gone();
  if ((await count(fleet, LIVE)) !== 1) throw new Error('the run went with a pod');
  await cancelAll(fleet);
  return deleted;
}

async function podOfRun({ database }: Cluster['fleet']): Promise<string | undefined> {
  const { rows } = await database.query<{ host: string }>(
    `select host from runs join runners on runners.id = runs.owner where runs.${LIVE}`,
  );
  return rows[0]?.host;
}

/** So that no pod waits for it. */
async function cancelAll({ gateways, apiKey, database }: Cluster['fleet']): Promise<void> {
  const { rows } = await database.query<{ id: string }>(`select id from runs where ${LIVE}`);
  for (const { id } of rows) {
    const init = { method: 'POST', headers: { 'X-Api-Key': apiKey } };
    const response = await fetch(`${gateways[0]}/v1/runs/${id}/cancel`, init);
    if (!response.ok) throw new Error(`a cancel was answered ${response.status}`);
  }
}
