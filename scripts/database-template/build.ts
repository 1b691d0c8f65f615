/*
 * Makes the cluster that new homes get a copy of, with the schema, if what is there was not made of these sources: initdb
 * and all migrations take longer than everything else of a first start. Its passwords are nobody's: a copy gets its own
 * before it is started. Says so in one line. `--force` makes it anyway.
 */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DATABASE } from '#shared/build/parts.ts';
import { buildPart } from '#shared/build/store.ts';

const ROOT = resolve(import.meta.dirname, '../..');

await buildPart(ROOT, DATABASE, async () => {
  const { startPostgres } = await import('../../services/cli/local/postgres.ts');
  const { randomSecret } = await import('../../services/cli/local/secret.ts');
  const { servicesUrl } = await import('../../services/cli/local/postgres/services-url.ts');
  const { migrate } = await import('#shared/database/migrate.ts');
  const { prepareServicesRole } = await import('#shared/database/services-role.ts');

  const dataDir = join(ROOT, DATABASE.folder, 'data');
  await rm(dataDir, { recursive: true, force: true });
  // A copy is synced to disk, not this.
  const postgres = await startPostgres({ dataDir, durable: false });
  try {
    const url = servicesUrl(postgres.url, randomSecret());
    await prepareServicesRole(postgres.url, url);
    await migrate(url);
  } finally {
    await postgres.stop();
  }
  return { modules: [] };
});
