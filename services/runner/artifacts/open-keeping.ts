import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import { openArtifacts, type StoreConfig, spoolFolderOf } from '#shared/adapters/artifacts/configured.ts';
import type { Config } from '#shared/platform/config/config.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { GAUGES } from '#shared/platform/metrics/instruments.ts';
import { openSpool } from './spool.ts';

const MIB = 1_024 * 1_024;

/** How a runner keeps what its runs show. */
export interface Keeping extends Pick<Artifacts, 'put' | 'discard'> {
  /** Sends what still waits for an object store, for as long as is configured at most. Never rejects. */
  flush(): Promise<void>;
}

/** Keeps in the folder of this installation at once, or in its object store by way of a spool. `resources` closes it. */
export async function openKeeping(
  config: StoreConfig & Config<'GHOSTLY_SPOOL_MIB' | 'GHOSTLY_SPOOL_WAIT_MS'>,
  log: Log,
  resources: AsyncDisposableStack,
): Promise<Keeping> {
  const artifacts = await openArtifacts(config, log);
  await artifacts.prepare();
  const folder = spoolFolderOf(config);
  if (folder === undefined) {
    GAUGES.artifactsWaiting(() => 0);
    return { put: artifacts.put, discard: artifacts.discard, flush: async () => undefined };
  }
  const mostBytes = config.GHOSTLY_SPOOL_MIB * MIB;
  const spool = resources.use(await openSpool({ store: artifacts, folder, mostBytes, log }));
  GAUGES.artifactsWaiting(() => spool.refused);
  return {
    put: (...artifact) => spool.put(...artifact),
    discard: (...these) => spool.discard(...these),
    flush: () => spool.flush(config.GHOSTLY_SPOOL_WAIT_MS),
  };
}
