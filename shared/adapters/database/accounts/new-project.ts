import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { type Project, ProjectEntity, ProjectMemberEntity } from '../entities/accounts.ts';
import { type AccountLimits, reaches } from './account-limits.ts';
import type { Acting } from './acting.ts';
import { lockActing } from './lock-user.ts';

const DEFAULT_COLOR = '#6366f1';

export interface NewProject {
  label: string;
  color?: string;
  ownerId: string;
}

export type ProjectRefusal = 'unauthorized' | 'too_many_projects' | 'too_many_memberships';

/**
 * Unless its owner, who makes it, has as many as it may: of several at once no more are made than there is room for.
 */
export const createProject = (
  em: EntityManager,
  { by, ...given }: Omit<NewProject, 'ownerId'> & { by: Acting },
  limits: Pick<AccountLimits, 'projects' | 'memberships'> = {},
): Promise<Project | ProjectRefusal> =>
  em.transactional(async (inner) => {
    const ownerId = by.userId;
    if (!(await lockActing(inner, by))) return 'unauthorized';
    const { projects = null, memberships = null } = limits;
    const values = [ownerId, projects, projects, ownerId, memberships, memberships];
    const [full] = await inner.execute<{ owned: boolean; every: boolean }[]>(COUNT, values);
    if (full?.owned) return 'too_many_projects';
    return full?.every ? 'too_many_memberships' : addProject(inner, { ...given, ownerId });
  });

const COUNT = `
select ${reaches("project_members where user_id = ? and role = 'owner'", '?')} as owned,
  ${reaches('project_members where user_id = ?', '?')} as every`;

/** Within a transaction of the caller's. Each is flushed by itself: the ORM knows of no order among them. */
export async function addProject(em: EntityManager, given: NewProject): Promise<Project> {
  const { label, color = DEFAULT_COLOR, ownerId } = given;
  const project = em.create(ProjectEntity, { id: randomUUID(), label, color, createdAt: new Date() });
  await em.persist(project).flush();
  const owner = em.create(ProjectMemberEntity, { projectId: project.id, userId: ownerId, role: 'owner' });
  await em.persist(owner).flush();
  return project;
}
