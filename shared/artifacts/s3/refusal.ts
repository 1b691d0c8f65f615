/*
 * What an object store's answer means for its operator. Names of errors are those of S3, which other stores keep.
 */
import type { BucketOptions } from './open-bucket.ts';

/** What is read of an error of the client, whatever its class. */
interface Answered {
  name?: unknown;
  message?: unknown;
  $metadata?: { httpStatusCode?: unknown };
}

/** Of which a later try may have another answer, although their status is that of a mistake of the caller. */
const PASSING = new Set<unknown>(['RequestTimeout', 'SlowDown', 'TooManyRequests', 'Throttling']);

const REFUSALS: Readonly<Record<string, (options: BucketOptions) => string>> = {
  NoSuchBucket: ({ bucket }) => `there is no bucket "${bucket}"`,
  InvalidAccessKeyId: () => 'the store does not know the access key',
  SignatureDoesNotMatch: () => 'the secret access key does not belong to the access key',
  AccessDenied: ({ bucket }) => `the credentials may not list the bucket "${bucket}"`,
  ExpiredToken: () => 'the credentials have expired',
  InvalidToken: () => 'the session token of the credentials is not valid',
  RequestTimeTooSkewed: () => 'the clock of this machine differs too much from that of the store',
  PermanentRedirect: ({ bucket }) => `the bucket "${bucket}" is in another region: set GHOSTLY_S3_REGION`,
  AuthorizationHeaderMalformed: ({ bucket }) =>
    `the bucket "${bucket}" is in another region: set GHOSTLY_S3_REGION`,
  CredentialsProviderError: () =>
    'no credentials for the store were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role',
};

/** Why the store can be of no use as it is configured; undefined if it may be a matter of time. */
export function refusalOf(error: unknown, options: BucketOptions): string | undefined {
  const { name, message, $metadata } = (error ?? {}) as Answered;
  const known = typeof name === 'string' && Object.hasOwn(REFUSALS, name) ? REFUSALS[name] : undefined;
  if (known) return known(options);
  if (message === 'Region is missing') return 'the store needs a region: set GHOSTLY_S3_REGION or AWS_REGION';
  const status = $metadata?.httpStatusCode;
  if (typeof status !== 'number' || status < 300 || status >= 500 || PASSING.has(name)) return undefined;
  return status === 429 ? undefined : `the store refuses (${status} ${String(name)}): ${String(message)}`;
}
