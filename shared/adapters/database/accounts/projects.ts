import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import type { Project } from '../entities/accounts.ts';
import type { Sql } from '../sql.ts';
import { asOwner, type ChangeRefusal, type ProjectChange } from './as-owner.ts';

/** The projects of a user, each with the user's role in it. */
export const listProjectsOf = (sql: Sql, userId: string): Promise<(Project & { role: ProjectRole })[]> =>
  sql.rows(
    `select id, label, color, answer_links as "answerLinks", created_at as "createdAt", role from projects join project_members on project_id = id
     where user_id = :userId order by created_at, id`,
    { userId },
  );

/** A project with what `viewerId` is in it. */
export interface FoundProject {
  id: string;
  membership: ProjectRole | undefined;
}

export async function findProjectFor(
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

interface ProjectSettings {
  answerLinks?: boolean | undefined;
}

/** Settings that are left out stay as they are. */
export const changeProject = (
  sql: Sql,
  { answerLinks, ...change }: ProjectChange & ProjectSettings,
): Promise<Project | ChangeRefusal> =>
  asOwner<Project>(sql, change, async (inner) => {
    const values = { projectId: change.projectId, answerLinks: answerLinks ?? null };
    return (await inner.row<Project>(CHANGE, values))!;
  });

const CHANGE = `
update projects set answer_links = coalesce(:answerLinks::boolean, answer_links) where id = :projectId
returning id, label, color, answer_links as "answerLinks", created_at as "createdAt"`;

/** Deletes it with its members and invitations. */
export const deleteProject = (sql: Sql, change: ProjectChange): Promise<'deleted' | ChangeRefusal> =>
  asOwner<'deleted'>(sql, change, async (inner) => {
    await inner.rows('delete from projects where id = :projectId', { projectId: change.projectId });
    return 'deleted';
  });
