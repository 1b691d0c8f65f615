/*
 * Makes the archive of a stopped cluster with the schema. Owns the cluster and its server until that is done, and what an
 * earlier build that was killed has left of both: the server has a process group of its own.
 */
import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeDatabaseKey } from '#shared/adapters/database/database-key.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { openStatements } from '#shared/adapters/database/open-statements.ts';
import { prepareServicesRole } from '#shared/adapters/database/services-role.ts';
import { isAlive } from '#shared/platform/process/identity.ts';
import { servicesUrl } from '../../services/cli/local/postgres/services-url.ts';
import {
  removePostgresData,
  type StartPostgres,
  startPostgres,
  stopLeftoverPostgres,
} from '../../services/cli/local/postgres.ts';
import { randomSecret } from '../../services/cli/local/secret.ts';

const PREFIX = 'ghostly-template-';
const MAKER = new RegExp(`^${PREFIX}(\\d+)-`);

const dataIn = (folder: string): string => join(folder, 'data');

/** Rejects soon after `stopping` is aborted; nothing is left then, either. */
export async function archiveOfCluster(
  stopping: AbortSignal,
  how: Pick<StartPostgres, 'strategy' | 'outside'> = {},
): Promise<Buffer> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const options = { ...how, dataDir: dataIn(folder) };
  try {
    const dataDir = await makeCluster(options, stopping);
    const archive = join(folder, 'archive');
    await promisify(execFile)('tar', ['-cf', archive, '-C', dataDir, '.']);
    return await readFile(archive);
  } finally {
    await removePostgresData(options);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves to where it really is. */
async function makeCluster(options: StartPostgres, stopping: AbortSignal): Promise<string> {
  // A copy is synced to disk, not this.
  const postgres = await startPostgres({ ...options, durable: false });
  try {
    stopping.throwIfAborted();
    const url = servicesUrl(postgres.url, randomSecret());
    await prepareServicesRole(postgres.url, url);
    await migrate(url, stopping);
    await using statements = openStatements({ url, applicationName: 'ghostly-template' });
    await removeDatabaseKey(statements.sql);
  } finally {
    await postgres.stop();
  }
  return postgres.dataDir;
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, maker] = MAKER.exec(name) ?? [];
    const folder = join(tmpdir(), name);
    if (maker === undefined || isAlive(Number(maker)) || !(await isOurs(folder))) continue;
    await stopLeftoverPostgres({ dataDir: dataIn(folder) });
    await removePostgresData({ dataDir: dataIn(folder) });
    await rm(folder, { recursive: true, force: true });
  }
}

/** Others may put there what they like. */
async function isOurs(folder: string): Promise<boolean> {
  const { uid } = await lstat(folder).catch(() => ({ uid: undefined }));
  return uid === process.getuid?.();
}
