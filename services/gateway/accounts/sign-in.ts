/* The ways to sign in with a password: for a token that the caller keeps, or for a session of the caller's browser. */

import { type Credentials, findCredentials } from '#shared/adapters/database/accounts/credentials.ts';
import { verifyPassword } from '#shared/adapters/database/accounts/password.ts';
import type { Database } from '#shared/adapters/database/connect.ts';
import { clientAddress } from '../access/client-address.ts';
import type { LoginLimit } from '../access/login-limit.ts';
import type { OwnPages } from '../access/own-pages.ts';
import type { Tokens } from '../access/tokens.ts';
import type { UserSessions } from '../access/user-sessions.ts';
import type { GatewayContext, Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { present } from './users.ts';

interface CheckDeps {
  database: Pick<Database, 'sql'>;
  limit: LoginLimit;
}

/** An unknown e-mail and a wrong password take the same time, count the same and get the same answer. */
async function checkPassword(
  { database: { sql }, limit }: CheckDeps,
  { email, password }: { email: string; password: string },
  ctx: GatewayContext,
): Promise<Credentials> {
  const attempt = { email, address: clientAddress(ctx) };
  await limit.admit(attempt);
  const user = await findCredentials(sql, email);
  if (!(await verifyPassword(password, user?.passwordHash)) || !user)
    throw new RequestError('invalid_credentials');
  await limit.reset(attempt, user.id);
  return user;
}

export const createLogin =
  ({ tokens, ...deps }: CheckDeps & { tokens: Pick<Tokens, 'issue'> }): Handler<'login'> =>
  async ({ body, ctx }) => {
    const user = await checkPassword(deps, body, ctx);
    const token = await tokens.issue(user.id, user.tokenEpoch);
    return { status: 200, body: { ok: true, token, user: present(user) } };
  };

export interface StartSessionDeps extends CheckDeps {
  sessions: Pick<UserSessions, 'begin'>;
  ownPages: Pick<OwnPages, 'sent'>;
}

/** Not for pages of other sites: they could sign the user in to another account, whose owner would see what the user does then. */
export const createStartSession =
  ({ sessions, ownPages, ...deps }: StartSessionDeps): Handler<'startSession'> =>
  async ({ body, ctx }) => {
    if (!ownPages.sent(ctx)) throw new RequestError('cross_site');
    const user = await checkPassword(deps, body, ctx);
    const expiresAt = await sessions.begin(ctx, { userId: user.id, epoch: user.tokenEpoch });
    return {
      status: 201,
      body: { ok: true, user: present(user), session: { expiresAt: expiresAt.toISOString() } },
    };
  };

export const createEndSession =
  (sessions: Pick<UserSessions, 'end'>): Handler<'endSession'> =>
  async ({ ctx }) => {
    await sessions.end(ctx);
    return { status: 200, body: { ok: true } };
  };
