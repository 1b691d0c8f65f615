/* A database that is closed has no session left; a broken connection fails its transaction, not the process. */
import { expect, it, onTestFinished } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { rows } from '../../../support/database/rows.ts';
import { eventually } from '../../../support/eventually.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';
import { extendedOnly } from '../../../support/share.ts';

it('a database that is closed has no session left, whether or not the ORM had something to do', async () => {
  const { url } = await createTestDatabase();
  const sessions = () =>
    rows(
      url,
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'closed'`,
    );
  for (const useOrm of [false, true]) {
    const database = connectDatabase({ url, applicationName: 'closed', statementTimeoutMs: 5_000 });
    await database.sql.rows('select 1');
    if (useOrm) await (await database.entities()).execute('select 1');
    expect(await sessions()).not.toEqual([]);
    await database[Symbol.asyncDispose]();
    await eventually(async () => expect(await sessions()).toEqual([]));
  }
});

extendedOnly(() => {
  it('a connection that breaks between two statements of the ORM fails its transaction, and not the process', async () => {
    const uncaught: unknown[] = [];
    const onUncaught = (error: unknown) => uncaught.push(error);
    process.on('uncaughtExceptionMonitor', onUncaught);
    onTestFinished(() => void process.off('uncaughtExceptionMonitor', onUncaught));
    await using proxy = await startFaultProxy((await createTestDatabase()).url);
    await using database = connectDatabase({ url: proxy.url, applicationName: 'broken' });
    const broken = (await database.entities()).transactional(async (em) => {
      await em.execute('select 1');
      proxy.cut();
      // The next statement finds it broken already.
      await eventually(async () => expect(await database.sql.rows('select 1')).toHaveLength(1));
      await em.execute('select 1');
    });
    await expect(broken).rejects.toThrow();
    expect(uncaught).toEqual([]);
    expect(await (await database.entities()).execute('select 1 as one')).toEqual([{ one: 1 }]);
  });
});
