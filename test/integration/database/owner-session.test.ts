import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { holdOwnerSession } from '#shared/database/processes/owner-session.ts';
import { eventually } from '../../support/eventually.ts';
import { rows } from '../../support/rows.ts';
import { adminDatabaseUrl, createTestDatabase } from '../../support/servers.ts';

it('the session of a runner is held on a server that takes writes, and taken again once it does', async () => {
  const { url, name } = await createTestDatabase();
  const onlyReads = async (on: boolean) => {
    await rows(adminDatabaseUrl(), `alter database ${name} set default_transaction_read_only = ${on}`);
    await rows(
      adminDatabaseUrl(),
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [name],
    );
  };
  const lost: Error[] = [];
  const hold = () =>
    holdOwnerSession({
      url,
      lockKey: randomInt(1_000_000),
      applicationName: 'session',
      retryMs: 20,
      onLost: (error) => lost.push(error),
    });
  await onlyReads(true);
  await expect(hold()).rejects.toThrow('PostgreSQL takes no writes');
  await onlyReads(false);
  await using session = await hold();
  expect(session.held).toBe(true);
  await onlyReads(true);
  await eventually(() => expect(session.held).toBe(false));
  await onlyReads(false);
  await eventually(() => expect(session.held).toBe(true));
  expect(lost).toHaveLength(1);
});
