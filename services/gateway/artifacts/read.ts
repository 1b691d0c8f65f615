import {
  ARRIVES_WITHIN_MS,
  type Artifact,
  type Artifacts,
  StoreUnavailableError,
} from '#shared/adapters/artifacts/artifacts.ts';
import { contentTypeOf } from '#shared/adapters/artifacts/content-type.ts';
import { refusalNoteOf } from '#shared/adapters/artifacts/refusal-note.ts';
import { hasArtifact } from '#shared/adapters/database/run-views/has-artifact.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Call, GatewayContext } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { rangeOf } from './range.ts';

/** The name of a file that a page offered ends so: it is no page, picture or script, whatever it holds. */
const DOWNLOAD = '.bin';
/** `Retry-After`, s: about as long as a runner waits before it tries the store again. */
const RETRY_AFTER_S = 5;
/** So long after the end a video is written whose encoder is slow, at most, ms. */
const WRITTEN_WITHIN_MS = 15_000;

export interface ReadArtifactDeps {
  artifacts: Artifacts;
  sql: Sql;
  /** Whether to answer with a redirect. */
  links: boolean;
}

/**
 * Serves an artifact of a run to callers that may read the run (I11): its bytes, or with `links` a redirect to a link of
 * the store that is good for a minute.
 */
export const createReadArtifact =
  ({ links, ...deps }: ReadArtifactDeps) =>
  async ({
    run,
    params: { file },
    query,
    ctx,
    leaveTurn,
  }: Call<'readArtifact'> | Call<'readNamedArtifact'>): Promise<void> => {
    // A store may take its time.
    leaveTurn();
    const artifact = await openArtifact(deps, run.id, file);
    const isDownload = file.endsWith(DOWNLOAD);
    if (links && !isDownload && artifact.link !== undefined && ctx.method === 'GET' && query.link !== 'no') {
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
    if (isDownload) ctx.set('Content-Disposition', 'attachment');
    // No more than was announced, also of a video that still grows.
    if (ctx.method === 'GET' && size > 0) ctx.body = artifact.read({ start, end });
    else await artifact.close();
    if (size === 0) ctx.body = '';
    else ctx.length = end - start + 1;
  };

/** No file has a validator, so none can be the one that an `If-Range` asks for: then all of it is right. */
const partOf = (ctx: GatewayContext, size: number) =>
  ctx.method === 'GET' && ctx.get('If-Range') === '' ? rangeOf(ctx.get('Range'), size) : 'all';

async function openArtifact(
  { artifacts, sql }: Omit<ReadArtifactDeps, 'links'>,
  runId: string,
  file: string,
): Promise<Artifact> {
  const artifact = await answered(artifacts.open(runId, file));
  if (artifact) return artifact;
  const { arrivesLater } = artifacts;
  const withinMs = arrivesLater ? ARRIVES_WITHIN_MS : WRITTEN_WITHIN_MS;
  const has = await hasArtifact(sql, runId, `${runId}/${file}`, withinMs);
  if (has === undefined) throw new RequestError('not_found');
  const note = arrivesLater && (await answered(arrivesLater.lookOnce(runId, refusalNoteOf(file))));
  await note?.close();
  if (note) throw new RequestError('artifact_refused');
  if (has === 'old') throw new RequestError('not_found');
  throw new RequestError('artifact_pending', { retryAfterS: RETRY_AFTER_S });
}

const answered = (opening: Promise<Artifact | undefined>): Promise<Artifact | undefined> =>
  opening.catch((cause: unknown) => {
    if (cause instanceof StoreUnavailableError)
      throw new RequestError('store_unavailable', { cause, retryAfterS: RETRY_AFTER_S });
    // Not left to the mapping: a file system's codes look like those of a lost connection.
    throw new RequestError('internal', { cause });
  });
