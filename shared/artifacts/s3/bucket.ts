import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BucketAddress } from '#shared/config/bucket.ts';
import { type Artifact, type Artifacts, type ByteRange, StoreUnavailableError } from '../artifacts.ts';
import { contentTypeOf } from '../content-type.ts';
import { pathOf } from '../local-folder.ts';
import { removeByPrefix } from './remove-by-prefix.ts';

/** So much of a file is in memory at once, twice; what is larger goes in parts of that size, the least that S3 takes. */
const PART_BYTES = 5 * 1_024 * 1_024;
const PARTS_AT_ONCE = 2;
/** A reader waits no longer to hear that the store does not answer. */
const ANSWER_MS = 5_000;
/** As long as a browser needs to follow a redirect. */
const LINK_S = 60;

/** One object of a bucket. */
interface Place {
  client: S3Client;
  Bucket: string;
  Key: string;
}

/** The keys are the paths of the local folder: `<day>/<runId>/<name>` below the prefix. */
export function artifactsInBucket(client: S3Client, { bucket: Bucket, prefix }: BucketAddress): Artifacts {
  const keyOf = (runId: string, name = '') => `${prefix}${pathOf(runId, name)}`;
  return {
    prepare: async () => undefined,

    async put(runId, name, content) {
      const at = { client, Bucket, Key: keyOf(runId, name) };
      if (content instanceof Uint8Array) await upload(at, content);
      else await uploadFile(at, content.file);
      return `${runId}/${name}`;
    },

    open: (runId, name) => openObject({ client, Bucket, Key: keyOf(runId, name) }),
    remove: (runId) => removeByPrefix(client, Bucket, keyOf(runId)).catch(unavailable),
    removeDay: (day) => removeByPrefix(client, Bucket, `${prefix}${day}/`).catch(unavailable),
  };
}

async function upload({ client, ...object }: Place, Body: Uint8Array | Readable): Promise<void> {
  const params = { ...object, Body, ContentType: contentTypeOf(object.Key) };
  await new Upload({ client, params, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE })
    .done()
    .catch(unavailable);
}

async function uploadFile(to: Place, file: string): Promise<void> {
  const content = createReadStream(file);
  try {
    await upload(to, content);
  } finally {
    content.destroy();
  }
  await rm(file, { force: true });
}

async function openObject({ client, ...object }: Place): Promise<Artifact | undefined> {
  const inTime = { abortSignal: AbortSignal.timeout(ANSWER_MS) };
  const found = await client.send(new HeadObjectCommand(object), inTime).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'NotFound') return undefined;
    return unavailable(error);
  });
  if (found === undefined) return undefined;
  // Of the same object that the size is of.
  const same = { ...object, ...(found.ETag !== undefined && { IfMatch: found.ETag }) };
  return {
    size: found.ContentLength ?? 0,
    read: (range) => Readable.from(bytesOf({ client, ...same }, range), { objectMode: false }),
    close: async () => undefined,
    link: () =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          ...object,
          ResponseContentType: contentTypeOf(object.Key),
          ResponseCacheControl: 'private, max-age=300',
        }),
        { expiresIn: LINK_S },
      ),
  };
}

async function* bytesOf({ client, ...object }: Place, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
  const { Body } = await client
    .send(new GetObjectCommand({ ...object, Range: `bytes=${start}-${end}` }))
    .catch(unavailable);
  yield* Body as Readable;
}

function unavailable(error: unknown): never {
  throw new StoreUnavailableError(error);
}
