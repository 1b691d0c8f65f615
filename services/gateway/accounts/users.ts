import { hashPassword } from '#shared/adapters/database/accounts/password.ts';
import type { Database } from '#shared/adapters/database/connect.ts';
import type { UserRole } from '#shared/api/contract/accounts/roles.ts';
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
  ({ entities }: Database): Handler<'register'> =>
  async ({ actor, body: { email, password, role } }) => {
    const passwordHash = await hashPassword(password);
    const { createUser } = await import('#shared/adapters/database/accounts/users.ts');
    const user = await createUser(await entities(), { email, passwordHash, role }, actingOf(actor));
    if (typeof user === 'string') throw new RequestError(user);
    return { status: 201, body: { ok: true, user: present(user) } };
  };

export const createListUsers =
  ({ entities }: Database): Handler<'listUsers'> =>
  async () => {
    const { listUsers } = await import('#shared/adapters/database/accounts/users.ts');
    return { status: 200, body: (await listUsers(await entities())).map(present) };
  };
