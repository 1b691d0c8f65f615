import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { httpStatusOf, isPassing } from './refusal.ts';

/** Removes every object whose key begins so, a page at a time; none is no error. */
export interface RemoveByPrefix {
  (prefix: string): Promise<void>;
  /** Removes these objects. */
  keys(keys: readonly string[]): Promise<void>;
}

/** The answers of a store that does not take such a request at all; rights and outages have others. */
const NO_SUCH_REQUEST = new Set<unknown>([400, 405, 501]);
const AT_ONCE = 8;
/** So many a request may name. */
const A_PAGE = 1_000;

/**
 * `onSingly` hears once of a store that refuses to remove many objects with one request. Some demand a `Content-MD5`, which
 * the client no longer sends, others have no such request: from then on each object is removed by a request of its own.
 */
export function createRemoveByPrefix(
  client: S3Client,
  bucket: string,
  onSingly: (refusal: unknown) => void,
): RemoveByPrefix {
  let singly = false;
  const removePage = async (keys: readonly string[]) => {
    const refusal = singly || keys.length === 0 ? undefined : await removeTogether(client, bucket, keys);
    if (refusal === undefined && !singly) return;
    await removeSingly(client, bucket, keys);
    // Known only now: a request that was wrong in another way would have been refused again.
    if (!singly) onSingly(refusal);
    singly = true;
  };
  const remove = async (prefix: string) => {
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
    for await (const { Contents = [] } of pages) await removePage(Contents.flatMap(({ Key }) => Key ?? []));
  };
  const keys = async (all: readonly string[]) => {
    for (let from = 0; from < all.length; from += A_PAGE) await removePage(all.slice(from, from + A_PAGE));
  };
  return Object.assign(remove, { keys });
}

/** Resolves with the refusal of a store that does not know this request. */
async function removeTogether(client: S3Client, Bucket: string, keys: readonly string[]): Promise<unknown> {
  const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  try {
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete }));
    const [first] = Errors;
    if (first) throw new Error(`${Errors.length} objects stay, among them ${first.Key}: ${first.Message}`);
    return undefined;
  } catch (error) {
    if (NO_SUCH_REQUEST.has(httpStatusOf(error)) && !isPassing(error)) return error;
    throw error;
  }
}

async function removeSingly(client: S3Client, Bucket: string, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += AT_ONCE)
    await Promise.all(
      keys.slice(from, from + AT_ONCE).map((Key) => client.send(new DeleteObjectCommand({ Bucket, Key }))),
    );
}
