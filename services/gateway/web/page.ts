/*
 * A built web app, served by the gateway at `/`. Owns the answers to every path that is not the API's: a file of the
 * folder, or index.html for a navigation to a path that only the app knows. Does not own what the app does, nor who may
 * do what: the files are public, all data comes over the API (I11).
 */
import type { FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Middleware } from 'koa';
import { ConfigError } from '#shared/config/config.ts';
import { openContained } from '#shared/process/open-contained.ts';
import type { GatewayContext, GatewayState } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { sendIcon } from './icon.ts';
import { openPacked } from './packed.ts';
import { fileNamed, isHashed, isOfThePage } from './path.ts';
import { policyOf } from './policy.ts';

const INDEX = 'index.html';

/** Without a folder there is no page, and every request is passed to the next middleware. */
export const page =
  (folder: string | undefined): Middleware<GatewayState> =>
  async (ctx, next) => {
    const asked = folder !== undefined && isAsked(ctx) ? fileNamed(ctx.path) : undefined;
    if (folder === undefined || asked === undefined) return isIcon(ctx) ? sendIcon(ctx) : next();
    const file = asked || INDEX;
    const found = ctx.path.endsWith('/') && asked !== '' ? undefined : await openFile(folder, file);
    if (found) return send(ctx, folder, found, file);
    if (isIcon(ctx)) return sendIcon(ctx);
    ctx.vary('Accept');
    const index = isNavigation(ctx) ? await openFile(folder, INDEX) : undefined;
    return index ? send(ctx, folder, index, INDEX) : next();
  };

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

async function send(ctx: GatewayContext, folder: string, handle: FileHandle, file: string): Promise<void> {
  await using resources = new AsyncDisposableStack();
  resources.defer(() => handle.close());
  const { size, mtimeMs } = await handle.stat();
  ctx.status = 200;
  ctx.type = extname(file);
  if (!ctx.type) ctx.type = 'application/octet-stream';
  const html = ctx.type === 'text/html' ? await handle.readFile() : undefined;
  ctx.set({
    'Cache-Control': isHashed(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Security-Policy': policyOf(html?.toString()),
    // Weak: of the content, whichever encoding it is sent in.
    ETag: `W/"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`,
  });
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const packed = html === undefined ? await openPacked(ctx, folder, file) : undefined;
  if (packed) {
    resources.defer(() => packed.handle.close());
    ctx.set('Content-Encoding', packed.encoding);
  }
  ctx.length = packed ? (await packed.handle.stat()).size : size;
  if (ctx.method === 'HEAD') return;
  if (html !== undefined) {
    ctx.body = html;
    return;
  }
  // The stream closes its file, also when its reader leaves.
  if (packed) await handle.close();
  resources.move();
  ctx.body = (packed?.handle ?? handle).createReadStream();
}
