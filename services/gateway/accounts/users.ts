import type { UserRole } from '#shared/contract/roles.ts';
import { hashPassword, verifyPassword } from '#shared/database/accounts/password.ts';
import { createUser, findUserByEmail, listUsers } from '#shared/database/accounts/users.ts';
import type { Database } from '#shared/database/connect.ts';
import { clientAddress } from '../access/client-address.ts';
import type { LoginLimit } from '../access/login-limit.ts';
import { type Actor, actingOf } from '../access/policy.ts';
import type { Tokens } from '../access/tokens.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

const present = ({ id, email, role }: { id: string; email: string; role: UserRole }) => ({ id, email, role });

export interface LoginDeps {
  database: Pick<Database, 'orm'>;
  tokens: Pick<Tokens, 'issue'>;
  limit: LoginLimit;
}

/** An unknown e-mail and a wrong password take the same time, count the same and get the same answer. */
export const createLogin =
  ({ database: { orm }, tokens, limit }: LoginDeps): Handler<'login'> =>
  async ({ body: { email, password }, ctx }) => {
    const attempt = { email, address: clientAddress(ctx) };
    await limit.admit(attempt);
    const user = await findUserByEmail(orm.em.fork(), email);
    if (!(await verifyPassword(password, user?.passwordHash)) || !user)
      throw new RequestError('invalid_credentials');
    await limit.reset(attempt, user.id);
    return {
      status: 200,
      body: { ok: true, token: await tokens.issue(user.id, user.tokenEpoch), user: present(user) },
    };
  };

export const me: Handler<'me'> = async ({ actor }) => {
  const { userId: id, email, role } = actor;
  const key = keyOf(actor);
  return { status: 200, body: { ok: true, user: present({ id, email, role }), ...(key && { key }) } };
};

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
