import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BucketAddress } from '#shared/platform/config/bucket.ts';
import {
  type Artifact,
  ArtifactRefusedError,
  type Artifacts,
  type ByteRange,
  StoreUnavailableError,
} from '../artifacts.ts';
import { contentTypeOf } from '../content-type.ts';
import { pathOf } from '../local-folder.ts';
import { answerOf, objectRefusalOf } from './refusal.ts';
import { createRemoveByPrefix } from './remove-by-prefix.ts';

/** So much of a file is in memory at once, twice; what is larger goes in parts of that size, the least that S3 takes. */
const PART_BYTES = 5 * 1_024 * 1_024;
const PARTS_AT_ONCE = 2;
/** A reader waits no longer to hear that the store does not answer. */
const ANSWER_MS = 5_000;
/** Long enough for a browser to follow a redirect. */
const LINK_S = 60;

/** How the store is reached. */
export interface BucketReach {
  client: S3Client;
  /** For bodies of objects: a reader takes as long as it likes. */
  reader: S3Client;
  /** Signs links, with the address by which clients reach the store. Sends nothing. */
  signer: S3Client;
  /** How long the store may be silent while a reader waits for it, ms. */
  silentMs: number;
  /** Called once if objects are removed one at a time because the store refuses to remove many at once. */
  onSingly(refusal: unknown): void;
}

/** One object of a bucket. */
interface Place extends Omit<BucketReach, 'onSingly'> {
  Bucket: string;
  Key: string;
}

/** The keys are the paths of the local folder: `<day>/<runId>/<name>` below the prefix. */
export function artifactsInBucket(
  reach: BucketReach,
  { bucket: Bucket, prefix }: BucketAddress,
  linksFrom: string,
): Artifacts {
  const { client } = reach;
  const remove = createRemoveByPrefix(client, Bucket, reach.onSingly);
  const keyOf = (runId: string, name = '') => `${prefix}${pathOf(runId, name)}`;
  return {
    linksFrom,
    prepare: async () => undefined,

    async put(runId, name, content) {
      const at = { ...reach, Bucket, Key: keyOf(runId, name) };
      if (content instanceof Uint8Array) await upload(at, content);
      else await uploadFile(at, content.file);
      return `${runId}/${name}`;
    },

    open: (runId, name) => openObject({ ...reach, Bucket, Key: keyOf(runId, name) }),
    list: (runId) => namesBelow(client, Bucket, `${keyOf(runId)}`).catch(unavailable),
    discard: (runId, names) => remove.keys(names.map((name) => keyOf(runId, name))).catch(unavailable),
    remove: (runId) => remove(keyOf(runId)).catch(unavailable),
    removeDay: (day) => remove(`${prefix}${day}/`).catch(unavailable),
  };
}

async function namesBelow(client: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    names.push(...Contents.flatMap(({ Key }) => Key?.slice(Prefix.length) ?? []));
  return names;
}

async function upload({ client, Bucket, Key }: Place, Body: Uint8Array | Readable): Promise<void> {
  const params = { Bucket, Key, Body, ContentType: contentTypeOf(Key) };
  await new Upload({ client, params, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE }).done().catch(notKept);
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

async function openObject(place: Place): Promise<Artifact | undefined> {
  const { client, signer, Bucket, Key } = place;
  const object = { Bucket, Key };
  const inTime = { abortSignal: AbortSignal.timeout(ANSWER_MS) };
  const found = await client.send(new HeadObjectCommand(object), inTime).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'NotFound') return undefined;
    return unavailable(error);
  });
  if (found === undefined) return undefined;
  return {
    size: found.ContentLength ?? 0,
    // The tag makes sure that it is the object whose size was announced.
    read: (range) => Readable.from(bytesOf(place, range, found.ETag), { objectMode: false }),
    close: async () => undefined,
    link: () =>
      getSignedUrl(
        signer,
        new GetObjectCommand({
          ...object,
          ResponseContentType: contentTypeOf(Key),
          ResponseCacheControl: 'no-store',
        }),
        { expiresIn: LINK_S },
      ),
  };
}

async function* bytesOf(
  { reader, silentMs, Bucket, Key }: Place,
  { start, end }: ByteRange,
  IfMatch: string | undefined,
): AsyncGenerator<Uint8Array> {
  const silence = new AbortController();
  const listen = () => setTimeout(() => silence.abort(), silentMs);
  let timer = listen();
  try {
    const wanted = new GetObjectCommand({ Bucket, Key, IfMatch, Range: `bytes=${start}-${end}` });
    const { Body } = await reader.send(wanted, { abortSignal: silence.signal });
    for await (const chunk of Body as Readable) {
      clearTimeout(timer);
      yield chunk; // goes on when the reader wants more
      timer = listen();
    }
  } catch (error) {
    unavailable(error);
  } finally {
    clearTimeout(timer);
  }
}

function notKept(error: unknown): never {
  const refusal = objectRefusalOf(error);
  throw refusal
    ? new ArtifactRefusedError(error, refusal)
    : new StoreUnavailableError(error, answerOf(error));
}

function unavailable(error: unknown): never {
  throw new StoreUnavailableError(error);
}
