import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ProjectRole } from '#shared/contract/roles.ts';
import { type Project, ProjectEntity, ProjectMemberEntity } from '../entities/accounts.ts';
import type { Sql } from '../sql.ts';
import type { AccountLimits } from './account-limits.ts';
import { type Acting, asOwner, type ProjectChange, type Refusal } from './as-owner.ts';
import { lockActing } from './lock-user.ts';
import { reaches } from './reaches.ts';

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

export const listProjectsOf = (sql: Sql, userId: string): Promise<Project[]> =>
  sql.rows<Project>(
    `select id, label, color, created_at as "createdAt" from projects join project_members on project_id = id
     where user_id = :userId order by created_at, id`,
    { userId },
  );

/** A project with what `viewerId` is in it. */
export interface FoundProject {
  id: string;
  membership: ProjectRole | undefined;
}

export async function findProject(
  sql: Sql,
  projectId: string,
  viewerId: string,
): Promise<FoundProject | undefined> {
  const row = await sql.row<{ id: string; membership: ProjectRole | null }>(
    `select id, role as membership from projects left join project_members on project_id = id and user_id = :viewerId
     where id = :projectId`,
    { projectId, viewerId },
  );
  return row && { id: row.id, membership: row.membership ?? undefined };
}

/** With its members and invitations. */
export const deleteProject = (sql: Sql, change: ProjectChange): Promise<'deleted' | Refusal> =>
  asOwner<'deleted'>(sql, change, async (inner) => {
    await inner.rows('delete from projects where id = :projectId', { projectId: change.projectId });
    return 'deleted';
  });
