import { randomBytes } from 'node:crypto';
import { hashKey } from '#shared/adapters/database/accounts/key.ts';
import { isEnded } from '#shared/adapters/database/accounts/token-issue.ts';
import {
  createSession,
  endSession,
  findSessionOwner,
  noteSessionUse,
} from '#shared/adapters/database/accounts/user-sessions.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { GatewayContext } from '../http/call.ts';
import type { Actor } from './policy.ts';
import type { SessionCookie } from './session-cookie.ts';
import { createUseNotes } from './use-notes.ts';

/** Browsers in which a user is signed in. */
export interface UserSessions {
  /** The caller whose browser sent this secret; takes one statement. */
  actorOf(sql: Sql, secret: string): Promise<Actor | undefined>;
  /** Signs the browser in with a secret of its own; whatever it had before ends. Resolves to the end of the session. */
  begin(ctx: GatewayContext, user: { userId: string; epoch: number }): Promise<Date>;
  /** Ends the session of the browser, if there is one. */
  end(ctx: GatewayContext): Promise<void>;
}

export interface UserSessionsDeps {
  /** Runs statements that need not be quick. */
  changes: Sql;
  cookie: SessionCookie;
  log: Pick<Log, 'warn'>;
}

export function createUserSessions({ changes, cookie, log }: UserSessionsDeps): UserSessions {
  const noteUse = createUseNotes(log, {
    note: (id) => noteSessionUse(changes, id),
    failed: 'the last use of a session could not be recorded',
  });

  async function endOf(ctx: GatewayContext): Promise<void> {
    const secret = cookie.read(ctx);
    if (secret !== undefined) await endSession(changes, hashKey(secret));
  }
  return {
    async actorOf(sql, secret) {
      const owner = await findSessionOwner(sql, hashKey(secret));
      if (!owner || isEnded({ epoch: owner.epoch }, owner)) return undefined;
      const { id: userId, email, role, sessionId, epoch, expiresAt: until, useIsDue } = owner;
      if (useIsDue) noteUse(sessionId);
      return { userId, email, role, scopes: 'all', until, issue: { epoch }, sessionId };
    },
    async begin(ctx, { userId, epoch }) {
      await endOf(ctx);
      const secret = randomBytes(32).toString('base64url');
      const expiresAt = await createSession(changes, { userId, secretHash: hashKey(secret), epoch });
      cookie.send(ctx, secret);
      return expiresAt;
    },
    async end(ctx) {
      await endOf(ctx);
      cookie.clear(ctx);
    },
  };
}
