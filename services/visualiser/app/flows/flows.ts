/* The named flows of a project, as the API has them. Owns nothing: each view keeps what it has read. */
import type { CallReply, RunSummary } from '#shared/api/client/index.ts';
import { NAMED_FLOW_LIMITS } from '#shared/api/limits.ts';
import { client } from '../session/session.ts';

export type ListedFlow = CallReply<'listFlows'>[number];
export type StoredFlow = CallReply<'readNamedFlow'>;
export type SavedFlow = CallReply<'putFlow'>;
export type FlowVersion = CallReply<'listFlowVersions'>[number];
export type FlowStatistics = CallReply<'readFlowStatistics'>;
export type VersionRuns = FlowStatistics['versions'][number];
export type FlowDifference = CallReply<'compareFlowVersions'>;
export type FlowDifferenceItem = FlowDifference['changes'][number];

/** Which flow of which project. */
export interface FlowPlace {
  id: string;
  name: string;
}

/** How many flows a page of the list has; a page that is not full is the last. */
export const FLOWS_PAGE = NAMED_FLOW_LIMITS.page;

/** All of these: ApiError, GatewayError. */
export const readFlows = (
  project: string,
  { deleted, limit }: { deleted: boolean; limit: number },
  signal: AbortSignal,
): Promise<ListedFlow[]> =>
  client.value.call(
    'listFlows',
    { params: { id: project }, query: { limit, ...(deleted && { deleted: '1' as const }) } },
    { signal },
  );

export const readNamedFlow = (params: FlowPlace, signal?: AbortSignal): Promise<StoredFlow> =>
  client.value.call('readNamedFlow', { params }, { signal });

/** `base`: the version that was edited; 0 if there is to be none yet. */
export const storeFlow = (
  params: FlowPlace,
  flow: Record<string, unknown>,
  { description, base }: { description?: string | undefined; base: number },
): Promise<SavedFlow> =>
  client.value.call('putFlow', {
    params,
    headers: base === 0 ? { 'if-none-match': '*' } : { 'if-match': `"${base}"` },
    // What is missing or wrong in it, the gateway says.
    body: { flow: flow as never, ...(description !== undefined && { description }) },
  });

export const removeFlow = (params: FlowPlace): Promise<unknown> =>
  client.value.call('deleteFlow', { params });

/** Without a version, the newest of a deleted flow comes back. */
export const bringBackFlow = (params: FlowPlace, version?: number): Promise<SavedFlow> =>
  client.value.call('restoreFlow', { params, body: version === undefined ? {} : { version } });

export const readVersions = (params: FlowPlace, limit: number, signal: AbortSignal): Promise<FlowVersion[]> =>
  client.value.call('listFlowVersions', { params, query: { limit } }, { signal });

export const readVersion = (
  { id, name }: FlowPlace,
  version: number,
  signal: AbortSignal,
): Promise<CallReply<'readFlowVersion'>> =>
  client.value.call('readFlowVersion', { params: { id, name, version: String(version) } }, { signal });

export const compareVersions = (
  params: FlowPlace,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
): Promise<FlowDifference> =>
  client.value.call('compareFlowVersions', { params, query: { from, to } }, { signal });

export const readStatistics = (
  params: FlowPlace,
  signal: AbortSignal,
): Promise<CallReply<'readFlowStatistics'>> =>
  client.value.call('readFlowStatistics', { params }, { signal });

/** The newest runs of a flow. */
export const readLastRuns = (
  { id: project, name: flow }: FlowPlace,
  limit: number,
  signal: AbortSignal,
): Promise<RunSummary[]> => client.value.call('listRuns', { query: { project, flow, limit } }, { signal });

/** The names of flows of a project, to choose from; none if they cannot be read. */
export async function readFlowNames(id: string, signal: AbortSignal): Promise<string[]> {
  const query = { limit: NAMED_FLOW_LIMITS.largestPage };
  const flows = await client.value.call('listFlows', { params: { id }, query }, { signal }).catch(() => []);
  return flows.map(({ name }) => name);
}
