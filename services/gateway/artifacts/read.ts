import { type Artifact, type Artifacts, StoreUnavailableError } from '#shared/artifacts/artifacts.ts';
import { contentTypeOf } from '#shared/artifacts/content-type.ts';
import type { Call, GatewayContext } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { rangeOf } from './range.ts';

/**
 * Serves an artifact of a run to callers that may read the run (I11): its bytes, or with `links` a redirect to a link of
 * the store that is good for a minute.
 */
export const createReadArtifact =
  (artifacts: Artifacts, links = false) =>
  async ({
    run,
    params: { file },
    query,
    ctx,
  }: Call<'readArtifact'> | Call<'readNamedArtifact'>): Promise<void> => {
    const artifact = await openArtifact(artifacts, run.id, file);
    if (links && artifact.link !== undefined && ctx.method === 'GET' && query.link !== 'no') {
      ctx.set('Cache-Control', 'no-store');
      ctx.redirect(await artifact.link());
      return;
    }
    const { size } = artifact;
    const range = partOf(ctx, size);
    ctx.set('Accept-Ranges', 'bytes');
    if (range === 'unsatisfiable') {
      await artifact.close();
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
    if (ctx.method === 'GET' && size > 0) ctx.body = artifact.read({ start, end });
    else await artifact.close();
    if (size === 0) ctx.body = '';
    else ctx.length = end - start + 1;
  };

/** No file has a validator, so none can be the one that an `If-Range` asks for: then all of it is right. */
const partOf = (ctx: GatewayContext, size: number) =>
  ctx.method === 'GET' && ctx.get('If-Range') === '' ? rangeOf(ctx.get('Range'), size) : 'all';

async function openArtifact(artifacts: Artifacts, runId: string, file: string): Promise<Artifact> {
  const artifact = await artifacts.open(runId, file).catch((cause: unknown) => {
    // Not left to the mapping: a file system's codes look like those of a lost connection.
    throw new RequestError(cause instanceof StoreUnavailableError ? 'store_unavailable' : 'internal', {
      cause,
    });
  });
  if (!artifact) throw new RequestError('not_found');
  return artifact;
}
