import {
  createProject,
  deleteProject,
  listProjectsOf,
  projectRoleOf,
} from '#shared/database/accounts/projects.ts';
import type { Database } from '#shared/database/connect.ts';
import type { Project } from '#shared/database/entities/accounts.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';

const present = ({ id, label, color, createdAt }: Project) => ({
  id,
  label,
  color,
  createdAt: createdAt.toISOString(),
});

export const createListProjects =
  ({ sql }: Database): Handler<'listProjects'> =>
  async ({ actor }) => ({ status: 200, body: (await listProjectsOf(sql, actor.userId)).map(present) });

export const createCreateProject =
  ({ orm }: Database): Handler<'createProject'> =>
  async ({ actor, body }) => {
    const project = await createProject(orm.em.fork(), { ...body, ownerId: actor.userId });
    return { status: 201, body: present(project) };
  };

/** For owners; a project that the caller is no member of is not found. */
export const createDeleteProject =
  ({ sql }: Database): Handler<'deleteProject'> =>
  async ({ actor, params: { id } }) => {
    const role = await projectRoleOf(sql, actor.userId, id);
    if (role !== 'owner') throw new RequestError(role === undefined ? 'not_found' : 'forbidden');
    await deleteProject(sql, id);
    return { status: 200, body: { ok: true } };
  };
