import { changePassword, endTokens, readPasswordHash } from '#shared/database/accounts/credentials.ts';
import { hashPassword, verifyPassword } from '#shared/database/accounts/password.ts';
import type { Sql } from '#shared/database/sql.ts';
import { clientAddress } from '../access/client-address.ts';
import type { LoginLimit } from '../access/login-limit.ts';
import type { Tokens } from '../access/tokens.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

export interface ChangePasswordDeps {
  sql: Sql;
  tokens: Pick<Tokens, 'issue'>;
  limit: LoginLimit;
}

/** Attempts count towards the login limit, so that a stolen token cannot be used to guess the password. */
export const createChangePassword =
  ({ sql, tokens, limit }: ChangePasswordDeps): Handler<'changePassword'> =>
  async ({ actor: { userId, email, keyId }, body: { currentPassword, newPassword }, ctx }) => {
    const attempt = { email, address: clientAddress(ctx) };
    await limit.admit(attempt);
    const from = await readPasswordHash(sql, userId);
    if (!(await verifyPassword(currentPassword, from)) || from === undefined)
      throw new RequestError('wrong_password');
    const epoch = await changePassword(sql, { userId, from, to: await hashPassword(newPassword) });
    if (epoch === undefined) throw new RequestError('wrong_password');
    await limit.reset(attempt, userId);
    const isTokens = keyId === undefined;
    return { status: 200, body: { ok: true, ...(isTokens && { token: await tokens.issue(userId, epoch) }) } };
  };

export const createEndTokens =
  (sql: Sql): Handler<'endTokens'> =>
  async ({ actor: { userId } }) => {
    await endTokens(sql, userId);
    return { status: 200, body: { ok: true } };
  };
