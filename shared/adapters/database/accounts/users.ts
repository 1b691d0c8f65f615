import { randomUUID } from 'node:crypto';
import { type EntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import type { UserRole } from '#shared/api/contract/accounts/roles.ts';
import { type User, UserEntity } from '../entities/accounts.ts';
import type { Acting } from './acting.ts';
import { lockActing } from './lock-user.ts';
import { addProject } from './new-project.ts';

export interface NewUser {
  email: string;
  passwordHash: string;
  role: UserRole;
}

/** Oldest first. */
export const listUsers = (em: EntityManager): Promise<User[]> =>
  em.find(UserEntity, { deletedAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' } });

/**
 * Creates a user with a project of its own, named "Default". `by` still has to be an admin; not checked if left out.
 */
export async function createUser(
  em: EntityManager,
  user: NewUser,
  by?: Acting,
): Promise<User | 'email_taken' | 'unauthorized'> {
  try {
    return await em.transactional(async (inner) => {
      if (by && (await lockActing(inner, by))?.role !== 'admin') return 'unauthorized';
      return addUser(inner, user);
    });
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) return 'email_taken';
    throw error;
  }
}

/** Runs in a transaction of the caller. */
export async function addUser(em: EntityManager, user: NewUser): Promise<User> {
  const created = em.create(UserEntity, { id: randomUUID(), ...user, createdAt: new Date() });
  await em.persist(created).flush();
  await addProject(em, { label: 'Default', ownerId: created.id });
  return created;
}
