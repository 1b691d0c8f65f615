/*
 * Who acts, and by what: looked at again in the transaction that changes something (I11), as a key may be revoked, a
 * session be ended and a password be changed while a request waits.
 */
import type { Statements } from '../sql.ts';
import { type EndedTokens, isEnded, type TokenIssue } from './token-issue.ts';

/** A user, and the key, session or token that a request came with; a process that acts for a user has none of them. */
export interface Acting {
  userId: string;
  keyId?: string | undefined;
  sessionId?: string | undefined;
  /** When the session or token was issued. */
  issue?: TokenIssue | undefined;
}

/** Columns of a user's row, for `holdsCredential`. */
export const ENDED_TOKENS = 'token_epoch as "tokenEpoch", tokens_ended_at as "tokensEndedAt"';

/**
 * Whether what it came with is still good; then it stays so until the end of the transaction. `user` is its row, which
 * the transaction has locked.
 */
export async function holdsCredential(
  inner: Statements,
  { userId, keyId, sessionId, issue }: Acting,
  user: EndedTokens,
): Promise<boolean> {
  if (issue && isEnded(issue, user)) return false;
  if (keyId !== undefined && !(await inner.row(LOCK_KEY, { keyId, userId }))) return false;
  return sessionId === undefined || (await inner.row(LOCK_SESSION, { sessionId, userId })) !== undefined;
}

const LOCK_KEY = `
select id from api_keys where id = :keyId and user_id = :userId and (expires_at is null or expires_at > clock_timestamp())
for key share`;
const LOCK_SESSION = `
select id from user_sessions where id = :sessionId and user_id = :userId and expires_at > clock_timestamp() for key share`;
