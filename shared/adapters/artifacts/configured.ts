import { join } from 'node:path';
import type { Config } from '#shared/platform/config/config.ts';
import type { STORE } from '#shared/platform/config/services.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { Artifacts } from './artifacts.ts';
import { artifactsInFolder } from './local-folder.ts';
import { withSpool } from './spooled.ts';

export type StoreConfig = Config<'GHOSTLY_HOME' | (typeof STORE)[number]>;

/**
 * The artifacts of this installation: in its folder, or in the object store that it names. The client of that is loaded
 * only then. @throws ConfigError if the store refuses: one line for the operator. A store that is out of reach is logged.
 */
export async function openArtifacts(
  config: StoreConfig & Partial<Config<'GHOSTLY_S3_PUBLIC_ENDPOINT'>>,
  log: Pick<Log, 'warn'>,
): Promise<Artifacts> {
  const { GHOSTLY_ARTIFACTS: address } = config;
  if (address === undefined) return artifactsInFolder(folderOf(config, 'artifacts'));
  const spool = artifactsInFolder(folderOf(config, 'spool'));
  const { openBucket } = await import('./s3/open-bucket.ts');
  const bucket = await openBucket(
    {
      ...address,
      endpoint: config.GHOSTLY_S3_ENDPOINT,
      publicEndpoint: config.GHOSTLY_S3_PUBLIC_ENDPOINT,
      region: config.GHOSTLY_S3_REGION,
      pathStyle: config.GHOSTLY_S3_PATH_STYLE,
    },
    log,
  );
  return withSpool(bucket, spool);
}

/** Where on this machine a runner's artifacts wait for the object store; undefined if there is none. */
export const spoolFolderOf = (config: StoreConfig): string | undefined =>
  config.GHOSTLY_ARTIFACTS && folderOf(config, 'spool');

const folderOf = ({ GHOSTLY_HOME }: StoreConfig, name: string) => join(GHOSTLY_HOME, name);
