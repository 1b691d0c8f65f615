import {
  findKeyOwner,
  findUser,
  findUserOfEmail,
  type TokenOwnerRow,
} from '#shared/adapters/database/accounts/actors.ts';
import { hashKey, isKey } from '#shared/adapters/database/accounts/key.ts';
import { isEnded } from '#shared/adapters/database/accounts/token-issue.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import type { Budgets } from '../budgets.ts';
import { RequestError } from '../http/errors.ts';
import type { CallerTurns, Kind } from './caller-turns.ts';
import type { Actor } from './policy.ts';
import { createRecentCallers } from './recent-callers.ts';
import { createSharedLookUps } from './shared-look-ups.ts';
import type { Bearer, Tokens } from './tokens.ts';
import type { UserSessions } from './user-sessions.ts';

/** The credentials of a request. */
interface Credentials {
  authorization: string | undefined;
  apiKey: string | undefined;
  /** `?token=`, only where the contract allows it. */
  queryToken: string | undefined;
  /** Secret from the cookie of a browser that is signed in. */
  session: string | undefined;
}

interface LookUpDeps {
  tokens: Pick<Tokens, 'read'>;
  sessions: Pick<UserSessions, 'actorOf'>;
  /** Called when the last use of a key should be updated. */
  onKeyUse(keyId: string): void;
}

export interface AuthenticateDeps extends LookUpDeps {
  budgets: Pick<Budgets, 'cancels' | 'reads'>;
  turns: Pick<CallerTurns, 'signIn'>;
}

/** The kind of request, and the address that it comes from. */
interface Origin {
  kind: Kind;
  address: string;
}

/**
 * Takes one statement at most, shared by simultaneous requests with the same credentials. Callers let in lately wait
 * among those of their user, others among those of their address, so strangers delay no known caller (I13).
 */
export type Authenticate = (credentials: Credentials, origin: Origin) => Promise<Actor>;

const BEARER = /^bearer +(\S+)$/i;

export function createAuthenticate({ budgets, turns, ...deps }: AuthenticateDeps): Authenticate {
  const lookUp = createSharedLookUps<Actor>();
  const recent = createRecentCallers();

  return (credentials, { kind, address }) => {
    const sql = kind === 'cancels' ? budgets.cancels : budgets.reads;
    const name = JSON.stringify(credentials);
    const look = async () => {
      try {
        const actor = await actorOf({ ...deps, sql }, credentials);
        recent.note(name, actor.userId);
        return actor;
      } catch (error) {
        if (error instanceof RequestError) recent.forget(name);
        throw error;
      }
    };
    const lookInTurn = () => turns.signIn(kind, recent.userOf(name) ?? address, look);
    return lookUp(JSON.stringify([kind === 'cancels', name]), lookInTurn);
  };
}

interface Looking extends LookUpDeps {
  sql: Sql;
}

/** The caller, or why there is none. A token takes precedence over a key, and a key over a session, even if it is invalid. */
async function actorOf(deps: Looking, credentials: Credentials): Promise<Actor> {
  const { authorization, apiKey, queryToken, session } = credentials;
  const token = BEARER.exec(authorization ?? '')?.[1] ?? queryToken;
  if (token !== undefined) return actorOfToken(deps, token);
  const actor = apiKey === undefined ? await actorOfSession(deps, session) : await actorOfKey(deps, apiKey);
  if (!actor) throw new RequestError('invalid_api_key');
  return actor;
}

async function actorOfToken({ sql, tokens }: Looking, token: string): Promise<Actor> {
  const bearer = await tokens.read(token);
  if (!bearer) throw new RequestError('invalid_token');
  const user = await userOf(sql, bearer);
  if (!user) throw new RequestError(bearer.userId === undefined ? 'invalid_token' : 'session_expired');
  const { until, issue } = bearer;
  if (isEnded(issue, user)) throw new RequestError('session_expired');
  return { userId: user.id, email: user.email, role: user.role, scopes: 'all', until, issue };
}

async function actorOfSession({ sql, sessions }: Looking, session: string | undefined): Promise<Actor> {
  if (session === undefined) throw new RequestError('unauthorized');
  const actor = await sessions.actorOf(sql, session);
  if (!actor) throw new RequestError('session_expired');
  return actor;
}

async function userOf(sql: Sql, { userId, email }: Bearer): Promise<TokenOwnerRow | undefined> {
  if (userId !== undefined) return isId(userId) ? findUser(sql, userId) : undefined;
  return email === undefined ? undefined : findUserOfEmail(sql, email);
}

/** The caller with this key, if it is valid. */
export async function actorOfKey(
  { sql, onKeyUse }: Pick<Looking, 'sql' | 'onKeyUse'>,
  key: string | undefined,
): Promise<Actor | undefined> {
  const owner = key !== undefined && isKey(key) ? await findKeyOwner(sql, hashKey(key)) : undefined;
  if (!owner) return undefined;
  const { id, email, role, scopes, keyId, expiresAt, useIsDue } = owner;
  if (useIsDue) onKeyUse(keyId);
  return { userId: id, email, role, scopes, keyId, ...(expiresAt && { until: expiresAt }) };
}
