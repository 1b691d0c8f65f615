/*
 * The cookie of a signed-in browser: a secret that is looked up, and says nothing by itself. Owns how it is sent and
 * read; no script can read it, and no page of another site can have it sent (docs/decisions/session-cookie.md).
 */
import { SESSION_DAYS } from '#shared/adapters/database/accounts/user-sessions.ts';
import type { GatewayContext } from '../http/call.ts';
import type { OwnPages } from './own-pages.ts';

export const COOKIE = 'ghostly_session';
/** A browser takes it over TLS only, from this host alone: nobody beside or before it can set it. */
const SECURE_COOKIE = `__Host-${COOKIE}`;
/** Says to the page that there is a session, so that it asks for none in vain; it is no secret, and proves nothing. */
const HINT = 'ghostly_signed_in';
const SECRET = /^[\w-]{43}$/;
const MAX_AGE_S = SESSION_DAYS * 86_400;

export interface SessionCookie {
  /** Undefined if there is none, or it is not sent by a page of this gateway. */
  read(ctx: GatewayContext): string | undefined;
  send(ctx: GatewayContext, secret: string): void;
  clear(ctx: GatewayContext): void;
}

export function createSessionCookie({ sent, isSecure }: OwnPages): SessionCookie {
  const set = (ctx: GatewayContext, value: string, maxAgeS: number) => {
    const isTls = isSecure(ctx) || ctx.get('Origin').startsWith('https://');
    const name = isTls ? SECURE_COOKIE : COOKIE;
    const secure = isTls ? '; Secure' : '';
    const rest = `SameSite=Strict; Max-Age=${maxAgeS}${secure}`;
    ctx.append('Set-Cookie', `${name}=${value}; Path=/; HttpOnly; ${rest}`);
    ctx.append('Set-Cookie', `${HINT}=1; Path=/; ${rest}`);
  };
  return {
    read(ctx) {
      if (!sent(ctx)) return undefined;
      const secret = ctx.cookies.get(SECURE_COOKIE) ?? (isSecure(ctx) ? undefined : ctx.cookies.get(COOKIE));
      return secret !== undefined && SECRET.test(secret) ? secret : undefined;
    },
    send: (ctx, secret) => set(ctx, secret, MAX_AGE_S),
    clear: (ctx) => set(ctx, '', 0),
  };
}
