import {
  changePassword,
  endTokens,
  readPasswordHash,
} from '#shared/adapters/database/accounts/credentials.ts';
import { hashPassword, verifyPassword } from '#shared/adapters/database/accounts/password.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { clientAddress } from '../access/client-address.ts';
import type { LoginLimit } from '../access/login-limit.ts';
import { type Actor, actingOf } from '../access/policy.ts';
import type { Tokens } from '../access/tokens.ts';
import type { UserSessions } from '../access/user-sessions.ts';
import type { GatewayContext, Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

export interface ChangePasswordDeps {
  sql: Sql;
  tokens: Pick<Tokens, 'issue'>;
  sessions: Pick<UserSessions, 'begin'>;
  limit: LoginLimit;
}

/** Attempts count towards the login limit, so that a stolen token cannot be used to guess the password. */
export const createChangePassword =
  ({ sql, tokens, sessions, limit }: ChangePasswordDeps): Handler<'changePassword'> =>
  async ({ actor, body: { currentPassword, newPassword }, ctx }) => {
    const { userId, email } = actor;
    const attempt = { email, address: clientAddress(ctx) };
    await limit.admit(attempt);
    const from = await readPasswordHash(sql, userId);
    if (!(await verifyPassword(currentPassword, from)) || from === undefined)
      throw new RequestError('wrong_password');
    const change = { by: actingOf(actor), from, to: await hashPassword(newPassword) };
    const changed = await changePassword(sql, change);
    if (typeof changed === 'string')
      throw new RequestError(changed === 'changed' ? 'wrong_password' : changed);
    const { epoch } = changed;
    await limit.reset(attempt, userId);
    return {
      status: 200,
      body: { ok: true, ...(await renewed({ tokens, sessions }, { actor, epoch, ctx })) },
    };
  };

/** What takes the place of the caller's token or session, which has ended with all others. */
async function renewed(
  { tokens, sessions }: Pick<ChangePasswordDeps, 'tokens' | 'sessions'>,
  { actor: { userId, keyId, sessionId }, epoch, ctx }: { actor: Actor; epoch: number; ctx: GatewayContext },
) {
  if (keyId !== undefined) return {};
  if (sessionId === undefined) return { token: await tokens.issue(userId, epoch) };
  const expiresAt = await sessions.begin(ctx, { userId, epoch });
  return { session: { expiresAt: expiresAt.toISOString() } };
}

export const createEndTokens =
  ({ sql, sessions }: { sql: Sql; sessions: Pick<UserSessions, 'end'> }): Handler<'endTokens'> =>
  async ({ actor, ctx }) => {
    const { sessionId } = actor;
    const outcome = await endTokens(sql, actingOf(actor));
    if (outcome !== 'ended') throw new RequestError(outcome);
    if (sessionId !== undefined) await sessions.end(ctx);
    return { status: 200, body: { ok: true } };
  };
