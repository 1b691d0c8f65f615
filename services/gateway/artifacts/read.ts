import type { Call, GatewayContext } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { openContained } from '../http/open-contained.ts';
import { contentTypeOf } from './content-type.ts';
import { rangeOf } from './range.ts';

/** Serves a file of the run's own folder, to whoever may read the run (I11). */
export const createReadArtifact =
  (artifactsDir: string) =>
  async ({ run, params: { file }, ctx }: Call<'readArtifact'> | Call<'readNamedArtifact'>): Promise<void> => {
    const handle = await openArtifact(artifactsDir, `${run.id}/${file}`);
    const { size } = await handle.stat();
    const range = partOf(ctx, size);
    ctx.set('Accept-Ranges', 'bytes');
    if (range === 'unsatisfiable') {
      await handle.close();
      ctx.set('Content-Range', `bytes */${size}`);
      throw new RequestError('range_not_satisfiable');
    }
    const { start, end } = range === 'all' ? { start: 0, end: size - 1 } : range;
    ctx.status = range === 'all' ? 200 : 206;
    if (range !== 'all') ctx.set('Content-Range', `bytes ${start}-${end}/${size}`);
    ctx.set('Content-Type', contentTypeOf(file));
    ctx.set('Content-Security-Policy', "default-src 'none'; sandbox");
    ctx.set('Cache-Control', 'private, max-age=300');
    // No more than was announced, also of a video that still grows.
    if (ctx.method === 'GET' && size > 0) ctx.body = handle.createReadStream({ start, end });
    else await handle.close();
    if (size === 0) ctx.body = '';
    else ctx.length = end - start + 1;
  };

/** No file has a validator, so none can be the one that an `If-Range` asks for: then all of it is right. */
const partOf = (ctx: GatewayContext, size: number) =>
  ctx.method === 'GET' && ctx.get('If-Range') === '' ? rangeOf(ctx.get('Range'), size) : 'all';

async function openArtifact(artifactsDir: string, path: string) {
  const handle = await openContained(artifactsDir, path).catch((cause: unknown) => {
    // Not left to the mapping: a file system's codes look like those of a lost connection.
    throw new RequestError('internal', { cause });
  });
  if (!handle) throw new RequestError('not_found');
  return handle;
}
