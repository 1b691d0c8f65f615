/*
 * A built web app, served at `/`. Owns the answers to every path that is not the API's: a file of the folder, or
 * index.html for a navigation to a path of the app. The files are public; all data comes over the API (I11).
 */
import type { FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Middleware } from 'koa';
import { ConfigError } from '#shared/platform/config/config.ts';
import { openContained } from '#shared/platform/files/open-contained.ts';
import type { GatewayContext, GatewayState } from '../http/call.ts';
import { tagsIn, weakTag } from '../http/entity-tag.ts';
import { RequestError } from '../http/errors.ts';
import { sendPublicText } from '../http/public-text.ts';
import { createKeptFiles, type KeptFiles, tagOf } from './kept-files.ts';
import { fileNamed, isHashed, isOfThePage } from './path.ts';
import { policyOf } from './policy.ts';

const INDEX = 'index.html';

/**
 * Without a folder there is no page, and every request is passed to the next middleware. `linksFrom` is the origin to
 * which requests for artifacts are redirected.
 */
export function page(folder: string | undefined, linksFrom: string | undefined): Middleware<GatewayState> {
  const kept = createKeptFiles(folder ?? '', linksFrom);
  return async (ctx, next) => {
    const asked = folder !== undefined && isAsked(ctx) ? fileNamed(ctx.path) : undefined;
    if (folder === undefined || asked === undefined) return isIcon(ctx) ? sendIcon(ctx) : next();
    const file = asked || INDEX;
    const found = ctx.path.endsWith('/') && asked !== '' ? undefined : await openFile(folder, file);
    if (found) return send(ctx, found, file, kept);
    if (isIcon(ctx)) return sendIcon(ctx);
    ctx.vary('Accept');
    const index = isNavigation(ctx) ? await openFile(folder, INDEX) : undefined;
    return index ? send(ctx, index, INDEX, kept) : next();
  };
}

/** @throws ConfigError if the folder holds no page. */
export async function checkPage(folder: string): Promise<void> {
  const index = await openContained(folder, INDEX).catch(() => undefined);
  if (!index) throw new ConfigError(`GHOSTLY_WEB_DIR: there is no ${INDEX} in ${folder}`);
  await index.close();
}

const isIcon = ({ method, path }: GatewayContext): boolean =>
  (method === 'GET' || method === 'HEAD') && path === '/favicon.ico';

const isAsked = ({ method, path }: GatewayContext): boolean =>
  (method === 'GET' || method === 'HEAD') && isOfThePage(path);

/** A browser that opens an address says so; what its pages fetch takes anything. */
const isNavigation = (ctx: GatewayContext): boolean => /\btext\/html\b/i.test(ctx.get('Accept'));

/** What cannot be read is an error of the folder, not a lost connection that the codes look like. */
const openFile = (folder: string, file: string): Promise<FileHandle | undefined> =>
  openContained(folder, file).catch((cause: unknown) => {
    throw new RequestError('internal', { cause });
  });

async function send(ctx: GatewayContext, handle: FileHandle, file: string, kept: KeptFiles): Promise<void> {
  await using resources = new AsyncDisposableStack();
  resources.defer(() => handle.close());
  const stamp = await handle.stat();
  ctx.type = extname(file);
  if (!ctx.type) ctx.type = 'application/octet-stream';
  ctx.set('Cache-Control', isHashed(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
  const text = await kept.textOf(file, handle, stamp);
  ctx.set('Content-Security-Policy', text?.policy ?? policyOf());
  if (text) return sendPublicText(ctx, text);
  const tag = tagOf(stamp);
  ctx.status = 200;
  ctx.set('ETag', weakTag(tag));
  if (tagsIn(ctx.get('If-None-Match')).includes(tag)) {
    ctx.status = 304;
    return;
  }
  ctx.compress = false;
  ctx.length = stamp.size;
  if (ctx.method === 'HEAD') return;
  // The stream closes its file, also when its reader leaves.
  resources.move();
  ctx.body = handle.createReadStream();
}

/** What browsers ask for by themselves, also where another page than ours is shown, such as `/docs`. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#4f46e5" d="M16 3C9.9 3 6 7.6 6 13.6V28l4-3.2 3 3.2 3-3.2 3 3.2 3-3.2 4 3.2V13.6C26 7.6 22.1 3 16 3Z"/><circle cx="12.4" cy="13.4" r="2.1" fill="#fff"/><circle cx="19.6" cy="13.4" r="2.1" fill="#fff"/></svg>';

function sendIcon(ctx: GatewayContext): void {
  ctx.status = 200;
  ctx.type = 'image/svg+xml';
  ctx.set('Cache-Control', 'public, max-age=86400');
  ctx.body = ICON;
}
