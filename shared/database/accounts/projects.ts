import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ProjectRole } from '#shared/contract/roles.ts';
import { type Project, ProjectEntity, ProjectMemberEntity } from '../entities/accounts.ts';
import type { Sql } from '../sql.ts';

const DEFAULT_COLOR = '#6366f1';

export interface NewProject {
  label: string;
  color?: string;
  ownerId: string;
}

export const createProject = (em: EntityManager, project: NewProject): Promise<Project> =>
  em.transactional((inner) => addProject(inner, project));

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
     where user_id = $1 order by created_at, id`,
    [userId],
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
    `select id, role as membership from projects left join project_members on project_id = id and user_id = $2
     where id = $1`,
    [projectId, viewerId],
  );
  return row && { id: row.id, membership: row.membership ?? undefined };
}

export async function deleteProject(sql: Sql, projectId: string): Promise<void> {
  await sql.rows('delete from projects where id = $1', [projectId]);
}
