import { isId } from '#shared/contract/id.ts';
import { findKeyOwner, findUser } from '#shared/database/accounts/actors.ts';
import { hashKey, isKey } from '#shared/database/accounts/key.ts';
import type { Sql } from '#shared/database/sql.ts';
import { RequestError } from '../errors.ts';
import type { Actor } from './policy.ts';
import type { Tokens } from './tokens.ts';

/** What a request brings to say who calls. */
export interface Credentials {
  authorization: string | undefined;
  apiKey: string | undefined;
  /** `?token=`, only where the contract allows it. */
  queryToken: string | undefined;
}

export type Authenticate = (credentials: Credentials) => Promise<Actor>;

const BEARER = /^bearer +(\S+)$/i;

/** Who calls, or "unauthorized". If a token and a key both come, the token decides, also when it is a bad one. */
export const createAuthenticate =
  (deps: { sql: Sql; tokens: Tokens }): Authenticate =>
  async ({ authorization, apiKey, queryToken }) => {
    const token = BEARER.exec(authorization ?? '')?.[1] ?? queryToken;
    const actor = token === undefined ? await actorOfKey(deps.sql, apiKey) : await actorOfToken(deps, token);
    if (!actor) throw new RequestError('unauthorized');
    return actor;
  };

async function actorOfToken(deps: { sql: Sql; tokens: Tokens }, token: string): Promise<Actor | undefined> {
  const userId = await deps.tokens.read(token);
  const user = userId !== undefined && isId(userId) ? await findUser(deps.sql, userId) : undefined;
  return user && { userId: user.id, email: user.email, role: user.role, scopes: 'all' };
}

async function actorOfKey(sql: Sql, key: string | undefined): Promise<Actor | undefined> {
  const owner = key !== undefined && isKey(key) ? await findKeyOwner(sql, hashKey(key)) : undefined;
  if (!owner) return undefined;
  const { id, email, role, scopes, keyId } = owner;
  return { userId: id, email, role, scopes, keyId };
}
