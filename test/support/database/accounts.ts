import { randomUUID } from 'node:crypto';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** A user with a project of its own, straight into the database. */
export async function createOwner(sql: Sql): Promise<{ userId: string; projectId: string }> {
  const [userId, projectId] = [randomUUID(), randomUUID()];
  await sql.rows(`insert into users (id, email, password_hash, role) values ($1, $2, 'none', 'member')`, [
    userId,
    `${userId}@test.local`,
  ]);
  await sql.rows(`insert into projects (id, label) values ($1, 'Test')`, [projectId]);
  await sql.rows(`insert into project_members values ($1, $2, 'owner')`, [projectId, userId]);
  return { userId, projectId };
}
