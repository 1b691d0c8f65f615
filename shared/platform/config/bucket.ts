/** Where in an object store the artifacts of an installation are. */
export interface BucketAddress {
  bucket: string;
  /** Prefix of every key; empty, or ends with `/`. */
  prefix: string;
}

const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;
/** What every store takes in a key as it is, and no URL has to encode. */
const PREFIX = /^(?:[\w.-]+\/)*[\w.-]+$/;

/** @throws Error saying how it is to be written */
export function readBucketAddress(text: string): BucketAddress {
  const [, bucket, rest = ''] = ADDRESS.exec(text) ?? [];
  if (bucket === undefined || bucket.includes('..'))
    throw new Error(`must be s3://bucket or s3://bucket/prefix, not "${text}"`);
  const prefix = rest.replace(/\/$/, '');
  if (prefix === '') return { bucket, prefix: '' };
  if (!PREFIX.test(prefix) || prefix.split('/').some((part) => /^\.+$/.test(part)))
    throw new Error(`must have a prefix of letters, digits, ".", "_", "-" and "/", not "${prefix}"`);
  return { bucket, prefix: `${prefix}/` };
}
