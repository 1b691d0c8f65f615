import type { AccountLimits } from '#shared/adapters/database/accounts/account-limits.ts';
import { deleteProject, listProjectsOf } from '#shared/adapters/database/accounts/projects.ts';
import type { Database } from '#shared/adapters/database/connect.ts';
import type { Project } from '#shared/adapters/database/entities/accounts.ts';
import { actingOf } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

const present = ({ id, label, color, createdAt }: Project) => ({
  id,
  label,
  color,
  createdAt: createdAt.toISOString(),
});

export const createListProjects =
  ({ sql }: Database): Handler<'listProjects'> =>
  async ({ actor }) => {
    const projects = await listProjectsOf(sql, actor.userId);
    return { status: 200, body: projects.map((project) => ({ ...present(project), role: project.role })) };
  };

export const createCreateProject =
  ({ entities }: Database, limits?: AccountLimits): Handler<'createProject'> =>
  async ({ actor, body }) => {
    const { createProject } = await import('#shared/adapters/database/accounts/new-project.ts');
    const project = await createProject(await entities(), { ...body, by: actingOf(actor) }, limits);
    if (typeof project === 'string') throw new RequestError(project);
    return { status: 201, body: { ...present(project), role: 'owner' } };
  };

export const createDeleteProject =
  ({ sql }: Database): Handler<'deleteProject'> =>
  async ({ actor, project }) => {
    const outcome = await deleteProject(sql, { projectId: project.id, by: actingOf(actor) });
    if (outcome !== 'deleted') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };
