import type { UserRole } from '#shared/contract/roles.ts';
import { hashPassword, verifyPassword } from '#shared/database/accounts/password.ts';
import { createUser, findUserByEmail } from '#shared/database/accounts/users.ts';
import type { Database } from '#shared/database/connect.ts';
import type { Tokens } from '../access/tokens.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';

const present = ({ id, email, role }: { id: string; email: string; role: UserRole }) => ({ id, email, role });

/** An unknown e-mail and a wrong password cost the same and are answered the same. */
export const createLogin =
  ({ orm }: Database, tokens: Tokens): Handler<'login'> =>
  async ({ body: { email, password } }) => {
    const user = await findUserByEmail(orm.em.fork(), email);
    if (!(await verifyPassword(password, user?.passwordHash)) || !user)
      throw new RequestError('unauthorized');
    return { status: 200, body: { ok: true, token: await tokens.issue(user.id), user: present(user) } };
  };

export const me: Handler<'me'> = async ({ actor: { userId: id, email, role } }) => ({
  status: 200,
  body: { ok: true, user: present({ id, email, role }) },
});

export const createRegister =
  ({ orm }: Database): Handler<'register'> =>
  async ({ body: { email, password, role } }) => {
    const passwordHash = await hashPassword(password);
    const user = await createUser(orm.em.fork(), { email, passwordHash, role });
    if (!user) throw new RequestError('email_taken');
    return { status: 201, body: { ok: true, user: present(user) } };
  };
