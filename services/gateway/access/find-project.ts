import { type FoundProject, findProjectFor } from '#shared/adapters/database/accounts/projects.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import { RequestError } from '../http/errors.ts';
import { type Actor, type Asked, may } from './policy.ts';

/** The project if the actor may do this in it; else throws "forbidden", or "not found" if it may not see it. */
export async function projectOrRefusal(
  sql: Sql,
  actor: Actor,
  projectId: string,
  asked: Asked,
): Promise<FoundProject> {
  const project = isId(projectId) ? await findProjectFor(sql, projectId, actor.userId) : undefined;
  const decision = project ? may(actor, asked, project) : 'hidden';
  if (!project || decision === 'hidden') throw new RequestError('not_found');
  if (decision === 'forbidden') throw new RequestError('forbidden');
  return project;
}

/** A project in which the actor may start runs. One that it may not see is answered like one that does not exist. */
export async function startableProject(sql: Sql, actor: Actor, projectId: string): Promise<string> {
  try {
    return (await projectOrRefusal(sql, actor, projectId, 'runs:write')).id;
  } catch (error) {
    const hidden = error instanceof RequestError && error.code === 'not_found';
    throw hidden ? new RequestError('invalid_project') : error;
  }
}
