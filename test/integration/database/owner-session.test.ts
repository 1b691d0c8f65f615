import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { holdOwnerSession } from '#shared/database/processes/owner-session.ts';
import { eventually } from '../../support/eventually.ts';
import { onlyReads } from '../../support/only-reads.ts';
import { createTestDatabase } from '../../support/servers.ts';

it('the session of a runner is held on a server that takes writes, and taken again once it does', async () => {
  const { url } = await createTestDatabase();
  const lost: Error[] = [];
  const hold = () =>
    holdOwnerSession({
      url,
      lockKey: randomInt(1_000_000),
      applicationName: 'session',
      retryMs: 20,
      onLost: (error) => lost.push(error),
    });
  await onlyReads(url, true);
  await expect(hold()).rejects.toThrow('PostgreSQL takes no writes');
  await onlyReads(url, false);
  await using session = await hold();
  expect(session.held).toBe(true);
  await onlyReads(url, true);
  await eventually(() => expect(session.held).toBe(false));
  await onlyReads(url, false);
  await eventually(() => expect(session.held).toBe(true));
  expect(lost).toHaveLength(1);
});
