import { expect, it } from 'vitest';
import { connectDatabase } from '#shared/database/connect.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { createTestDatabase } from '../../support/servers/servers.ts';

it('has no session left once it is closed, whether or not the ORM had something to do', async () => {
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
    await eventually(async () => expect(await sessions()).toEqual([]), { timeoutMs: 2_000 });
  }
});
