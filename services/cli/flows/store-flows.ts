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
/** `conflict`: it was not stored, since another version was. */
export type Pushed = Compared & { conflict?: true };

/** What storing each flow would change. @throws FlowError that names each invalid place of all of them */
export async function compareFlows(store: FlowStore, flows: readonly LocalFlow[]): Promise<Compared[]> {
  const compared: Compared[] = [];
  const issues: { path: string; message: string }[] = [];
  for (const flow of flows)
    try {
      compared.push({ ...flow, answer: await putFlow(store, flow, { query: { dryRun: true } }) });
    } catch (error) {
      if (!(error instanceof ApiError) || error.body.details === undefined) throw error;
      for (const { path, message } of error.body.details.issues)
        issues.push({ path: `${flow.file}: ${path.replace(/^flow\./, '')}`, message });
    }
  if (issues.length > 0)
    throw new FlowError('the gateway refuses these flows, and nothing was stored:', issues);
  return compared;
}

type Condition = { 'if-match': string } | { 'if-none-match': '*' };

const putFlow = (
  { client, project, signal }: FlowStore,
  { name, flow }: LocalFlow,
  given: { query?: { dryRun: boolean }; headers?: Condition },
): Promise<CallReply<'putFlow'>> =>
  client.call(
    'putFlow',
    { params: { id: project, name }, body: { flow: flow as never }, ...given },
    { signal },
  );

/** Whether storing it would change what is there. */
export const differs = ({ answer: { created, restored } }: Compared): boolean => created || restored === true;

/** Stores it, unless another version was stored since it was compared. */
export async function storeCompared(store: FlowStore, flow: Compared): Promise<Pushed> {
  try {
    return { ...flow, answer: await putFlow(store, flow, { headers: conditionOf(flow) }) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'version_mismatch') throw error;
    return { ...flow, conflict: true };
  }
}

/** That the newest version is the one that it was compared with. A deleted flow counts as none. */
function conditionOf({ answer: { version, created, restored } }: Compared): Condition {
  const before = created ? version - 1 : version;
  return restored || before === 0 ? { 'if-none-match': '*' } : { 'if-match': `"${before}"` };
}

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
