import { join } from 'node:path';
import type { Config } from '#shared/config/config.ts';
import type { STORE } from '#shared/config/services.ts';
import type { Log } from '#shared/process/log.ts';
import type { Artifacts } from './artifacts.ts';
import { artifactsInFolder } from './local-folder.ts';

export type StoreConfig = Config<'GHOSTLY_HOME' | (typeof STORE)[number]>;

/**
 * The artifacts of this installation: in its folder, or in the object store that it names. The client of that is loaded
 * only then. @throws ConfigError if the store refuses: one line for the operator. A store that is out of reach is logged.
 */
export async function openArtifacts(config: StoreConfig, log: Pick<Log, 'warn'>): Promise<Artifacts> {
  const { GHOSTLY_HOME, GHOSTLY_ARTIFACTS: address } = config;
  if (address === undefined) return artifactsInFolder(join(GHOSTLY_HOME, 'artifacts'));
  const { openBucket } = await import('./s3/open-bucket.ts');
  return openBucket(
    {
      ...address,
      endpoint: config.GHOSTLY_S3_ENDPOINT,
      region: config.GHOSTLY_S3_REGION,
      pathStyle: config.GHOSTLY_S3_PATH_STYLE,
    },
    log,
  );
}
