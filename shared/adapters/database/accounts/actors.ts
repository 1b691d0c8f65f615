import type { KeyScope, ProjectRole, UserRole } from '#shared/api/contract/accounts/roles.ts';
import type { Sql } from '../sql.ts';
import { ENDED_TOKENS } from './acting.ts';
import type { EndedTokens } from './token-issue.ts';

interface UserRow {
  id: string;
  email: string;
  role: UserRole;
}

/** What decides whether a token of a user is still good. */
export interface TokenOwnerRow extends UserRow, EndedTokens {}
const TOKEN_OWNER = `id, email, role, ${ENDED_TOKENS}`;

/** Looked up for every request, so that deleted users and keys stop working at once. */
export const findUser = (sql: Sql, id: string): Promise<TokenOwnerRow | undefined> =>
  sql.row<TokenOwnerRow>(`select ${TOKEN_OWNER} from users where id = :id and deleted_at is null`, { id });

/** For tokens of an outside issuer, which knows people by their e-mail. */
export const findUserOfEmail = (sql: Sql, email: string): Promise<TokenOwnerRow | undefined> =>
  sql.row<TokenOwnerRow>(`select ${TOKEN_OWNER} from users where email = :email and deleted_at is null`, {
    email,
  });

export interface KeyOwnerRow extends UserRow {
  keyId: string;
  scopes: KeyScope[];
  expiresAt: Date | null;
  /** Its last use was noted longer ago than it has to be right. */
  useIsDue: boolean;
}

/** Undefined also for a key that has expired. */
export const findKeyOwner = (sql: Sql, keyHash: string): Promise<KeyOwnerRow | undefined> =>
  sql.row<KeyOwnerRow>(
    `select key.id as "keyId", scopes, expires_at as "expiresAt", users.id, email, role,
       (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute') as "useIsDue"
     from api_keys as key join users on users.id = key.user_id
     where key_hash = :keyHash and deleted_at is null and (expires_at is null or expires_at > clock_timestamp())`,
    { keyHash },
  );

/** Notes the use of a key, at most once a minute, however many gateways ask for it. */
export async function noteKeyUse(sql: Sql, keyId: string): Promise<void> {
  await sql.rows(
    `update api_keys set last_used_at = clock_timestamp()
     where id = :keyId and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
    { keyId },
  );
}

/** What is watched: a run, or a batch. */
export type Watched = { runId: string; batchId?: undefined } | { batchId: string; runId?: undefined };

/** A watcher, authenticated by a key, a session or a token. */
interface WatcherNow {
  userId: string;
  keyId: string | undefined;
  sessionId: string | undefined;
}
type Watching = WatcherNow & Watched;

/** What a watcher is now, and to what it watches; `scopes` null where it came with a token or a session. */
export interface WatcherRow extends EndedTokens {
  role: UserRole;
  email: string;
  scopes: KeyScope[] | null;
  /** Whose the run is; null for a batch, which is the project's. */
  userId: string | null;
  membership: ProjectRole | null;
  /** Trace of the run. */
  traceparent: string | null;
}

/** Finds all of them in one statement, by their index; without the users, keys, sessions, runs and batches that are gone. */
export async function findWatchers(sql: Sql, watching: Watching[]): Promise<Map<number, WatcherRow>> {
  const rows = await sql.rows<WatcherRow & { index: number }>(FIND_WATCHERS, {
    userIds: watching.map(({ userId }) => userId),
    keyIds: watching.map(({ keyId }) => keyId ?? null),
    sessionIds: watching.map(({ sessionId }) => sessionId ?? null),
    runIds: watching.map(({ runId }) => runId ?? null),
    batchIds: watching.map(({ batchId }) => batchId ?? null),
  });
  return new Map(rows.map((row) => [row.index, row]));
}

const FIND_WATCHERS = `
select watching.n::int - 1 as index, users.role, email, scopes, watched.user_id as "userId", member.role as membership, traceparent,
  users.token_epoch as "tokenEpoch", tokens_ended_at as "tokensEndedAt"
from unnest(:userIds::uuid[], :keyIds::uuid[], :sessionIds::uuid[], :runIds::uuid[], :batchIds::uuid[])
  with ordinality as watching (user_id, key_id, session_id, run_id, batch_id, n)
join users on users.id = watching.user_id and deleted_at is null
left join api_keys as key on key.id = watching.key_id and (key.expires_at is null or key.expires_at > clock_timestamp())
left join user_sessions as session on session.id = watching.session_id and session.expires_at > clock_timestamp()
cross join lateral (
  select user_id, project_id, traceparent from runs where id = watching.run_id
  union all select null, project_id, null from batches where id = watching.batch_id) as watched
left join project_members as member on member.project_id = watched.project_id and member.user_id = users.id
where (watching.key_id is null or key.id is not null) and (watching.session_id is null or session.id is not null)`;
