import { projectsInWords } from '#shared/client/find-project.ts';
import { ApiError } from '#shared/client/index.ts';
import { type CallContext, ToolError } from '../tool.ts';

/** The error of a start, with the projects that there are if its project was wrong. */
export async function withProjects(error: unknown, { client, signal }: CallContext): Promise<unknown> {
  if (!(error instanceof ApiError) || (error.code !== 'invalid_project' && error.code !== 'forbidden'))
    return error;
  const projects = await client.call('listProjects', {}, { signal }).catch(() => undefined);
  return projects === undefined ? error : new ToolError(`${error.message}: ${projectsInWords(projects)}`);
}
