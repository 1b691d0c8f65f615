/*
 * The gateway's HTTP application: stateless, any number of them may run. Owns the way of a request from its headers to
 * its answer (I10: logs without query strings; I11: one policy). Does not own the server, the database or the runs.
 */
import Router from '@koa/router';
import Koa from 'koa';
import { createAuthenticate } from './access/authenticate.ts';
import { createKeyUse } from './access/key-use.ts';
import { createOutsideTokens } from './access/outside-tokens.ts';
import { createOwnPages } from './access/own-pages.ts';
import { createSessionCookie } from './access/session-cookie.ts';
import { createTokens } from './access/tokens.ts';
import { createUserSessions } from './access/user-sessions.ts';
import type { GatewayDeps } from './deps.ts';
import { createHandlers } from './handlers.ts';
import type { GatewayState } from './http/call.ts';
import { compressed } from './http/middleware/compressed.ts';
import { cors } from './http/middleware/cors.ts';
import { errors } from './http/middleware/errors.ts';
import { securityHeaders } from './http/middleware/headers.ts';
import { knownHosts } from './http/middleware/host.ts';
import { request } from './http/middleware/request.ts';
import { unmatched } from './http/middleware/unmatched.ts';
import { mountEndpoints } from './http/mount.ts';
import { page } from './web/page.ts';

export function createGateway(deps: GatewayDeps): Koa<GatewayState> {
  const { artifacts, budgets, turns, config, log, now } = deps;
  const { jwtSecret: secret, jwtSecretPrevious: previous, outsideIssuer, trustedProxies = 0 } = config;
  const outside = outsideIssuer && createOutsideTokens(outsideIssuer, { log, now });
  const tokens = createTokens({ secret, previous, outside, now });
  const router = new Router<GatewayState>();
  router.get('/', (ctx, next) => {
    if (config.webDir !== undefined) return next();
    ctx.body = { service: 'ghostly', version: config.version };
  });
  const ownPages = createOwnPages(config.publicUrls ?? []);
  const cookie = createSessionCookie(ownPages);
  const sessions = createUserSessions({ changes: budgets.changes, cookie, log });
  mountEndpoints(router, createHandlers(deps, { tokens, sessions, ownPages }), {
    budgets,
    turns,
    cookie,
    authenticate: createAuthenticate({
      budgets,
      turns,
      tokens,
      sessions,
      onKeyUse: createKeyUse({ sql: budgets.changes, log }),
    }),
  });

  const app = new Koa<GatewayState>({ proxy: trustedProxies > 0, maxIpsCount: trustedProxies });
  // Errors after the answer has begun, such as a watcher that left; all others are answered by `errors`.
  app.on('error', (error: unknown) => log.debug({ err: error }, 'connection failed'));
  app
    .use(request(log))
    .use(securityHeaders())
    .use(compressed())
    .use(errors())
    .use(knownHosts(config.publicUrls ?? []))
    .use(cors(config.corsOrigins));
  const linksFrom = config.artifactLinks ? artifacts.linksFrom : undefined;
  app.use(router.routes()).use(page(config.webDir, linksFrom)).use(unmatched(router));
  return app;
}
