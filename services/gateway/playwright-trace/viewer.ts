/*
 * Playwright's viewer on an origin of its own: it shows what pages of others have made, so it never gets near the session of
 * a browser. It knows no users; a ticket names the one run whose trace may be read. Owns no state.
 */
import Koa, { type Context } from 'koa';
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import { TooManyWaitingError } from '#shared/platform/async/turns.ts';
import { ownHosts } from '#shared/platform/http/own-hosts.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { filesOfTrace, hasTrace } from './stored-trace.ts';
import { takeTraceTurn } from './trace-turns.ts';
import type { ViewTickets } from './view-tickets.ts';
import { ENTRY_SCRIPT, entryPage, overPage } from './viewer-entry.ts';
import type { ViewerFile } from './viewer-files.ts';
import { viewerPolicyOf } from './viewer-policy.ts';
import { zipTrace } from './zip-trace.ts';

export interface ViewerDeps {
  files: ReadonlyMap<string, ViewerFile>;
  artifacts: Pick<Artifacts, 'list' | 'open'>;
  tickets: Pick<ViewTickets, 'read'>;
  /** Names that it is called by, besides those of this machine. */
  publicUrls: readonly string[];
  log: Pick<Log, 'debug' | 'warn'>;
}

const TRACE = /^\/traces\/([\w.-]{1,1000})\/(trace\.zip)?$/;
const HTML = 'text/html; charset=utf-8';
const SCRIPT = '/viewer-entry.js';
const FILES = '/viewer/';

export function createViewer({ files, artifacts, tickets, publicUrls, log }: ViewerDeps): Koa {
  const isOurs = ownHosts(publicUrls);
  const app = new Koa();
  app.on('error', (error: unknown) => log.debug({ err: error }, 'connection failed'));
  app.use(async (ctx) => {
    ctx.set({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Content-Security-Policy': viewerPolicyOf(''),
      'Cache-Control': 'no-store',
    });
    if (!isOurs(ctx.req.headers.host)) return refuse(ctx, 421);
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return refuse(ctx, 405);
    if (ctx.path === SCRIPT) return sendText(ctx, 'text/javascript; charset=utf-8', ENTRY_SCRIPT);
    if (ctx.path.startsWith(FILES)) return sendFile(ctx, files.get(ctx.path.slice(FILES.length)));
    const [, ticket, zip] = TRACE.exec(ctx.path) ?? [];
    const runId = ticket === undefined ? undefined : await tickets.read(ticket);
    const language = ctx.acceptsLanguages('en', 'es') === 'es' ? 'es' : 'en';
    if (runId !== undefined && ticket !== undefined && zip !== undefined)
      return sendTrace(ctx, runId, ticket);
    if (runId !== undefined) return sendText(ctx, HTML, entryPage(language));
    refuse(ctx, 404);
    if (ticket !== undefined && zip === undefined) sendText(ctx, HTML, overPage(language));
  });

  async function sendTrace(ctx: Context, runId: string, ticket: string): Promise<void> {
    try {
      const signal = await takeTraceTurn(ticket, ctx.res);
      if (!(await hasTrace(artifacts, runId))) return refuse(ctx, 404);
      ctx.status = 200;
      ctx.type = 'application/zip';
      if (ctx.method === 'GET') ctx.body = zipTrace(filesOfTrace(artifacts, runId, signal));
    } catch (err) {
      if (err instanceof TooManyWaitingError) return refuse(ctx, 429);
      log.warn({ err }, 'a trace could not be read for the viewer');
      refuse(ctx, 503);
    }
  }
  return app;
}

function refuse(ctx: Context, status: number): void {
  ctx.status = status;
  ctx.body = '';
}

function sendText(ctx: Context, type: string, text: string): void {
  ctx.type = type;
  if (type.startsWith('text/html'))
    // Its style stands in it; there is no text of others.
    ctx.set('Content-Security-Policy', viewerPolicyOf(text));
  ctx.body = text;
}

function sendFile(ctx: Context, file: ViewerFile | undefined): void {
  if (!file) {
    refuse(ctx, 404);
    return;
  }
  ctx.set('Content-Security-Policy', file.policy);
  ctx.set('Cache-Control', 'no-cache');
  ctx.type = file.type;
  ctx.body = file.body;
}
