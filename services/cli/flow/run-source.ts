/* What `ghostly run` starts: the flow of a file, or a named flow of a project. */
import { findProjectId } from '#shared/api/client/find-project.ts';
import { ApiError, type Client, type NamedStartInput, type StartInput } from '#shared/api/client/index.ts';
import { isFlowName } from '#shared/api/contract/flows/flow-name.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { readFlowFile } from './flow-file.ts';
import { type InputValues, inputsOf } from './inputs.ts';
import type { VisitedSite } from './sample-site.ts';

export interface RunSource {
  project: string;
  body: Omit<StartInput, 'project'> | Omit<NamedStartInput, 'project'>;
  visit: VisitedSite;
}

export interface SourceValues extends InputValues {
  flow?: string | undefined;
  project?: string | undefined;
}

/** What is on this machine is read first; the rest once there is a gateway. @throws UsageError, FlowError */
export async function readSource(
  { cwd, outClosed: signal }: CommandContext,
  values: SourceValues,
  path: string | undefined,
): Promise<(client: Client) => Promise<RunSource>> {
  const { flow: named, project } = values;
  if ((path === undefined) === (named === undefined))
    throw new UsageError(path === undefined ? 'missing argument' : 'give a file or --flow, not both');
  const inputs = await inputsOf(values, cwd);
  const projectOf = (client: Client, name: string | undefined) => findProjectId(client, name, { signal });
  if (named === undefined) {
    const file = await readFlowFile(path!, cwd, process.stdin, inputs);
    return async (client) => ({
      project: await projectOf(client, project ?? file.project),
      body: file.flow,
      visit: file,
    });
  }
  const flow = flowReferenceOf(named);
  return async (client) => {
    const id = await projectOf(client, project);
    return {
      project: id,
      body: { flow, ...(inputs && { inputs: inputs as NonNullable<NamedStartInput['inputs']> }) },
      visit: await visitOf(client, id, flow, signal),
    };
  };
}

/** `shop.order` or `shop.order@3`. @throws UsageError */
export function flowReferenceOf(text: string): NamedStartInput['flow'] {
  const [, name = '', version] = /^(.*?)(?:@(\d{1,9}))?$/.exec(text) ?? [];
  if (!isFlowName(name)) throw new UsageError(`--flow needs NAME or NAME@VERSION, not "${text}"`);
  return { name, ...(version !== undefined && { version: Number(version) }) };
}

/** Which site the flow visits, if the caller may read it and there is one: a start says what is wrong otherwise. */
async function visitOf(
  client: Client,
  id: string,
  { name, version }: NamedStartInput['flow'],
  signal: AbortSignal,
): Promise<VisitedSite> {
  try {
    const { flow } =
      version === undefined
        ? await client.call('readNamedFlow', { params: { id, name } }, { signal })
        : await client.call(
            'readFlowVersion',
            { params: { id, name, version: String(version) } },
            { signal },
          );
    const { site, baseUrl } = flow;
    return { site: textOf(site), flow: { baseUrl: textOf(baseUrl) ?? '' } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { flow: { baseUrl: '' } };
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
