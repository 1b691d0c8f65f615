import type { Artifact, Artifacts } from '#shared/artifacts/artifacts.ts';
import type { Call, GatewayContext } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { contentTypeOf } from './content-type.ts';
import { rangeOf } from './range.ts';

/** Serves an artifact of a run to callers that may read the run (I11). */
export const createReadArtifact =
  (artifacts: Artifacts) =>
  async ({ run, params: { file }, ctx }: Call<'readArtifact'> | Call<'readNamedArtifact'>): Promise<void> => {
    const artifact = await openArtifact(artifacts, run.id, file);
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
    throw new RequestError('internal', { cause });
  });
  if (!artifact) throw new RequestError('not_found');
  return artifact;
}
