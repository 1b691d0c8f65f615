import { mayStartIn, projectsInWords } from '#shared/api/client/find-project.ts';
import { ApiError } from '#shared/api/client/index.ts';
import { type CallContext, ToolError } from '../tool.ts';
import { explain } from '../words.ts';

/** The error of a start in this project, with the projects that there are if another one would help. */
export async function withProjects(
  error: unknown,
  projectId: string,
  { client, signal }: CallContext,
): Promise<unknown> {
  if (!(error instanceof ApiError) || (error.code !== 'invalid_project' && error.code !== 'forbidden'))
    return error;
  const projects = await client.call('listProjects', {}, { signal }).catch(() => undefined);
  if (projects === undefined) return error;
  const asked = projects.find(({ id }) => id === projectId);
  // Where runs may be started, it is the key that lacks a scope: in any other project, too.
  if (error.code === 'forbidden' && (asked === undefined || mayStartIn(asked))) return error;
  return new ToolError(`${explain(error)}\nProjects: ${projectsInWords(projects)}.`);
}
