import type { UserRole } from '#shared/contract/roles.ts';
import { hashPassword } from '#shared/database/accounts/password.ts';
import { createUser, listUsers } from '#shared/database/accounts/users.ts';
import type { Database } from '#shared/database/connect.ts';
import { type Actor, actingOf } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

export const present = ({ id, email, role }: { id: string; email: string; role: UserRole }) => ({
  id,
  email,
  role,
});

export const me: Handler<'me'> = async ({ actor }) => {
  const { userId: id, email, role } = actor;
  const [key, session] = [keyOf(actor), sessionOf(actor)];
  const user = present({ id, email, role });
  return { status: 200, body: { ok: true, user, ...(key && { key }), ...(session && { session }) } };
};

const sessionOf = ({ sessionId, until }: Actor) =>
  sessionId === undefined || until === undefined ? undefined : { expiresAt: until.toISOString() };

const keyOf = ({ keyId, scopes, until }: Actor) =>
  keyId === undefined || scopes === 'all'
    ? undefined
    : { id: keyId, scopes: [...scopes], ...(until && { expiresAt: until.toISOString() }) };

export const createRegister =
  ({ orm }: Database): Handler<'register'> =>
  async ({ actor, body: { email, password, role } }) => {
    const passwordHash = await hashPassword(password);
    const user = await createUser(orm.em.fork(), { email, passwordHash, role }, actingOf(actor));
    if (typeof user === 'string') throw new RequestError(user);
    return { status: 201, body: { ok: true, user: present(user) } };
  };

export const createListUsers =
  ({ orm }: Database): Handler<'listUsers'> =>
  async () => ({ status: 200, body: (await listUsers(orm.em.fork())).map(present) });
