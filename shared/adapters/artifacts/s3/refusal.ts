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

/** Names of errors that pass, although their status is that of a mistake of the caller. */
const PASSING = new Set<unknown>(['RequestTimeout', 'SlowDown', 'TooManyRequests', 'Throttling']);

/** Whether a later try may have another answer. */
export const isPassing = (error: unknown): boolean => PASSING.has(((error ?? {}) as Answered).name);

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

const isKnown = (name: unknown): name is string => typeof name === 'string' && Object.hasOwn(REFUSALS, name);

/** The status of an answer that is an error; undefined if there was none. */
export function httpStatusOf(error: unknown): number | undefined {
  const status = ((error ?? {}) as Answered).$metadata?.httpStatusCode;
  return typeof status === 'number' ? status : undefined;
}

/** The status and the name of an answer that is an error; undefined if there was none. */
export function answerOf(error: unknown): string | undefined {
  const status = httpStatusOf(error);
  return status === undefined ? undefined : `${status} ${String(((error ?? {}) as Answered).name)}`;
}

/** A later try may have another answer, once something else than the object has changed. */
const OF_ALL = new Set([401, 403, 404, 407, 409]);

/** What a store has answered that does not take an object; undefined if it did not answer, or is only short of something now. */
export function objectRefusalOf(error: unknown): { answer: string; mayBeOfAll: boolean } | undefined {
  const { name } = (error ?? {}) as Answered;
  const status = httpStatusOf(error);
  if (status === undefined || status < 400 || status >= 500) return undefined;
  if (isPassing(error) || [408, 425, 429].includes(status)) return undefined;
  const mayBeOfAll = OF_ALL.has(status) || isKnown(name) || /quota|storage/i.test(String(name));
  return { answer: `${status} ${String(name)}`, mayBeOfAll };
}

/** Why the store can be of no use as it is configured; undefined if it may be a matter of time. */
export function refusalOf(error: unknown, options: BucketOptions): string | undefined {
  const { name, message } = (error ?? {}) as Answered;
  const known = isKnown(name) ? REFUSALS[name] : undefined;
  if (known) return known(options);
  if (message === 'Region is missing') return 'the store needs a region: set GHOSTLY_S3_REGION or AWS_REGION';
  const status = httpStatusOf(error);
  if (status === undefined || status < 300 || status >= 500 || isPassing(error)) return undefined;
  return status === 429 ? undefined : `the store refuses (${status} ${String(name)}): ${String(message)}`;
}
