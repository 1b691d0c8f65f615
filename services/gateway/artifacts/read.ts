import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import { contentTypeOf } from './content-type.ts';

/** Serves a file of the run's own folder, to whoever may read the run (I11). */
export const createReadArtifact =
  (artifactsDir: string): Handler<'readArtifact'> =>
  async ({ run, params: { file }, ctx }) => {
    const handle = await openContained(artifactsDir, run.id, file);
    const { size } = await handle.stat();
    ctx.status = 200;
    ctx.set('Content-Type', contentTypeOf(file));
    ctx.set('Content-Security-Policy', "default-src 'none'; sandbox");
    ctx.set('Cache-Control', 'private, max-age=300');
    ctx.length = size;
    if (ctx.method === 'HEAD') return handle.close();
    ctx.body = handle.createReadStream();
  };

/** Opens a regular file only, and only if no link leads it out of the run's folder. */
async function openContained(artifactsDir: string, runId: string, file: string): Promise<FileHandle> {
  const path = join(artifactsDir, runId, file);
  try {
    const folder = join(await realpath(artifactsDir), runId);
    if ((await realpath(path)) !== `${folder}${sep}${file}`) throw new RequestError('not_found');
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    // Not left to the mapping: a file system's codes look like those of a lost connection.
    if (!isMissing(cause)) throw new RequestError('internal', { cause });
  }
  throw new RequestError('not_found');
}

const MISSING = new Set<unknown>(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && MISSING.has(error.code);
