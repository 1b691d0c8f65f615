import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import type { Kind } from '../access/caller-turns.ts';

/** Those that read many rows, and may be slow. */
const LISTS: ReadonlySet<EndpointId> = new Set([
  ...(['listRuns', 'countRuns', 'readMissed', 'system', 'lastHour'] as const),
  ...(['listCancelJobs', 'readCancelJob'] as const),
  ...(['listWebhooks', 'readWebhook', 'listDeliveries', 'readDelivery'] as const),
  ...(['listFlows', 'listFlowVersions', 'compareFlowVersions', 'readFlowStatistics'] as const),
  ...(['listSecrets', 'listSecretUses'] as const),
]);

/** The kind of requests with which a request takes turns. */
export function requestKindOf(
  id: EndpointId,
  { method, raw }: Endpoint,
  query: { q?: unknown; label?: unknown },
): Kind {
  if (id === 'cancelRun') return 'cancels';
  if (raw === 'stream') return 'streams';
  if (method !== 'GET') return 'changes';
  if (id === 'listRuns' && (query.q || query.label)) return 'searches';
  return LISTS.has(id) ? 'lists' : 'reads';
}
