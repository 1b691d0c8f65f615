import { ApiError, type CallReply, type Client } from '#shared/api/client/index.ts';
import { FlowError } from '../flow/flow-file.ts';
import type { LocalFlow } from './local-flows.ts';

/** A project's flows at a gateway. */
export interface FlowStore {
  client: Client;
  project: string;
  signal: AbortSignal;
}

export type Compared = LocalFlow & { answer: CallReply<'putFlow'> };

/** What storing each flow would change. @throws FlowError that names each invalid place of all of them */
export async function compareFlows(store: FlowStore, flows: readonly LocalFlow[]): Promise<Compared[]> {
  const compared: Compared[] = [];
  const issues: { path: string; message: string }[] = [];
  for (const flow of flows)
    try {
      compared.push({ ...flow, answer: await putFlow(store, flow, { dryRun: true }) });
    } catch (error) {
      if (!(error instanceof ApiError) || error.body.details === undefined) throw error;
      for (const { path, message } of error.body.details.issues)
        issues.push({ path: `${flow.file}: ${path.replace(/^flow\./, '')}`, message });
    }
  if (issues.length > 0)
    throw new FlowError('the gateway refuses these flows, and nothing was stored:', issues);
  return compared;
}

export const putFlow = (
  { client, project, signal }: FlowStore,
  { name, flow }: LocalFlow,
  query: { dryRun?: boolean } = {},
): Promise<CallReply<'putFlow'>> =>
  client.call('putFlow', { params: { id: project, name }, query, body: { flow: flow as never } }, { signal });

type NamedFlow = CallReply<'listFlows'>[number];

/** All flows of a project, by name. */
export async function listAll({ client, project, signal }: FlowStore): Promise<NamedFlow[]> {
  const all: NamedFlow[] = [];
  const limit = 1_000;
  for (;;) {
    const after = all.at(-1)?.name;
    const page = await client.call(
      'listFlows',
      { params: { id: project }, query: { limit, after } },
      { signal },
    );
    all.push(...page);
    if (page.length < limit) return all;
  }
}
