/*
 * Makes the cluster that new homes get a copy of, with the schema, if what is there was not made of these sources: initdb
 * and all migrations take longer than everything else of a first start. Its passwords are nobody's: a copy gets its own
 * before it is started. One file, so that whoever reads it meanwhile has all of the one before. Says so in one line. `--force` makes it anyway.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DATABASE_TEMPLATE } from '#shared/build/parts.ts';
import { buildPart } from '#shared/build/store.ts';

const ROOT = resolve(import.meta.dirname, '../..');

await buildPart(ROOT, DATABASE_TEMPLATE, async () => {
  const { startPostgres } = await import('../../services/cli/local/postgres.ts');
  const { randomSecret } = await import('../../services/cli/local/secret.ts');
  const { servicesUrl } = await import('../../services/cli/local/postgres/services-url.ts');
  const { migrate } = await import('#shared/database/migrate.ts');
  const { prepareServicesRole } = await import('#shared/database/services-role.ts');

  const folder = await mkdtemp(join(tmpdir(), 'ghostly-template-'));
  try {
    const dataDir = join(folder, 'data');
    // A copy is synced to disk, not this.
    const postgres = await startPostgres({ dataDir, durable: false });
    try {
      const url = servicesUrl(postgres.url, randomSecret());
      await prepareServicesRole(postgres.url, url);
      await migrate(url);
    } finally {
      await postgres.stop();
    }
    const archive = join(folder, 'archive');
    await promisify(execFile)('tar', ['-cf', archive, '-C', dataDir, '.']);
    return { files: new Map([[DATABASE_TEMPLATE.entries[0]!, await readFile(archive)]]), modules: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
