import type { AccountLimits } from '#shared/adapters/database/accounts/account-limits.ts';
import { changeProject, deleteProject, listProjectsOf } from '#shared/adapters/database/accounts/projects.ts';
import type { Database } from '#shared/adapters/database/connect.ts';
import type { Project } from '#shared/adapters/database/entities/accounts.ts';
import { actingOf } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

const present = ({ id, label, color, answerLinks, createdAt }: Project) => ({
  id,
  label,
  color,
  answerLinks,
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

export const createChangeProject =
  ({ sql }: Database): Handler<'changeProject'> =>
  async ({ actor, project, body }) => {
    const change = { ...body, projectId: project.id, by: actingOf(actor) };
    const changed = await changeProject(sql, change);
    if (typeof changed === 'string') throw new RequestError(changed);
    const { membership: role } = project;
    return { status: 200, body: { ...present(changed), ...(role && { role }) } };
  };

export const createDeleteProject =
  ({ sql }: Database): Handler<'deleteProject'> =>
  async ({ actor, project }) => {
    const outcome = await deleteProject(sql, { projectId: project.id, by: actingOf(actor) });
    if (outcome !== 'deleted') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };
