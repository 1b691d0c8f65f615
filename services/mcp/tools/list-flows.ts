import { z } from 'zod';
import { findProjectId } from '#shared/api/client/find-project.ts';
import { namedFlowSchema } from '#shared/api/contract/flows/flows.ts';
import { defineTool, READS } from '../tool.ts';
import { quoted } from '../words.ts';
import { projectName } from './inputs.ts';

const MOST = 50;

const listed = namedFlowSchema
  .pick({ name: true, version: true, description: true })
  .extend({ inputsSchema: z.unknown().optional() });

export const listFlowsTool = defineTool({
  name: 'list_flows',
  title: 'List named flows',
  description: 'Lists the flows that a project keeps; with name that one, and its inputs.',
  needs: 'runs:read',
  annotations: READS,
  input: z.object({
    project: projectName.describe('Id or label.'),
    name: z.string().optional(),
    after: z.string().optional().describe('The last name of the page before.'),
  }),
  output: z.object({ flows: z.array(listed) }),
  async call({ project: named, name, after }, { client, signal }) {
    const id = await findProjectId(client, named, { as: 'viewer', signal });
    if (name !== undefined) {
      const { flow, ...found } = await client.call('readNamedFlow', { params: { id, name } }, { signal });
      const { inputsSchema } = flow;
      const schema =
        inputsSchema === undefined
          ? 'It takes no inputs.'
          : `Inputs: ${quoted(JSON.stringify(inputsSchema))}`;
      return {
        text: `${lineOf(found)}\n${schema}`,
        data: { flows: [listed.parse({ ...found, inputsSchema })] },
      };
    }
    const page = await client.call(
      'listFlows',
      { params: { id }, query: { limit: MOST, after } },
      { signal },
    );
    const more =
      page.length === MOST ? [`There may be more: call again with "after": "${page.at(-1)?.name}".`] : [];
    return {
      text: [`Named flows: ${page.length}.`, ...page.map(lineOf), ...more].join('\n'),
      data: { flows: page.map((flow) => listed.parse(flow)) },
    };
  },
});

const lineOf = ({ name, version, description }: z.output<typeof listed>): string =>
  `- ${name}, version ${version}${description === '' ? '' : ` ${quoted(description)}`}`;
