/*
 * A bucket of an object store that speaks S3. Loaded only where one is configured: the client takes a while.
 */
import { GetObjectCommand, ListObjectsV2Command, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BucketAddress } from '#shared/platform/config/bucket.ts';
import { ConfigError } from '#shared/platform/config/config.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { Artifacts } from '../artifacts.ts';
import { artifactsInBucket } from './bucket.ts';
import { refusalOf } from './refusal.ts';

export interface BucketOptions extends BucketAddress {
  /** Address of a store that is not Amazon's. */
  endpoint: string | undefined;
  /** Address for clients outside, in links; same as `endpoint` if left out. */
  publicEndpoint?: string | undefined;
  /** The client finds it by itself if left out, as it does credentials; with an endpoint it is `us-east-1`. */
  region: string | undefined;
  /** Whether the bucket is part of the path, not of the host name. Default: with an endpoint. */
  pathStyle: boolean | undefined;
  /** How long the store may be silent while something waits for it, ms (10,000). */
  silentMs?: number;
}

const CONNECT_MS = 2_000;
const SILENT_MS = 10_000;
/** How long the start of a process waits for the store. */
const CHECK_MS = 4_000;

/** @throws ConfigError if the store refuses; one that does not answer is logged, and may come back later */
export async function openBucket(options: BucketOptions, log: Pick<Log, 'warn'>): Promise<Artifacts> {
  const { silentMs = SILENT_MS } = options;
  const client = clientOf(options, silentMs);
  try {
    await client.config.credentials(); // it may take longer than an answer of the store
    await client.send(
      new ListObjectsV2Command({ Bucket: options.bucket, Prefix: options.prefix, MaxKeys: 1 }),
      { abortSignal: AbortSignal.timeout(CHECK_MS) },
    );
  } catch (error) {
    const refusal = refusalOf(error, options);
    if (refusal !== undefined) throw new ConfigError(`GHOSTLY_ARTIFACTS: ${refusal}`, { cause: error });
    log.warn({ err: error }, 'the object store of the artifacts does not answer');
  }
  // A reader may take its time: only what it waits for is timed.
  const { credentials, region } = client.config;
  const reader = clientOf(options, 0, { credentials });
  const outside = { ...options, endpoint: options.publicEndpoint ?? options.endpoint };
  const signer = clientOf(outside, 0, { credentials, region });
  const linksFrom = await originOf(clientOf(outside, 0, { credentials: ANY, region }), options);
  const onSingly = (err: unknown) =>
    log.warn({ err }, 'the object store does not remove many artifacts at once: each is removed by itself');
  return artifactsInBucket({ client, reader, signer, silentMs, onSingly }, options, linksFrom);
}

/** No address depends on them, and those of the store may not be there yet. */
const ANY = { accessKeyId: 'any', secretAccessKey: 'any' };

/** The client alone knows how an address follows from bucket, region and endpoint. */
async function originOf(signer: S3Client, { bucket }: BucketAddress): Promise<string> {
  const link = await getSignedUrl(signer, new GetObjectCommand({ Bucket: bucket, Key: 'any' }));
  return new URL(link).origin;
}

/** Slow readers must not keep the others out (I13). */
const ANY_NUMBER = { maxSockets: Number.POSITIVE_INFINITY };

function clientOf(
  { endpoint, region, pathStyle }: BucketOptions,
  socketTimeout: number,
  more: Pick<S3ClientConfig, 'credentials' | 'region'> = {},
): S3Client {
  const ofRegion = region ?? (endpoint === undefined ? undefined : 'us-east-1');
  return new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(ofRegion !== undefined && { region: ofRegion }),
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    maxAttempts: 3,
    // Stores of others know no trailing checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout,
      httpAgent: ANY_NUMBER,
      httpsAgent: ANY_NUMBER,
    },
    ...more,
  });
}
