/* I5, I8, I14: a session that is cut is held again soon, leaves no backend behind, and waits for no other lock. */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { holdOwnerSession, type OwnerSession } from '#shared/adapters/database/processes/owner-session.ts';
import { SESSION_LOCK_SPACE } from '#shared/adapters/database/processes/session.ts';
import { rows } from '../../../../support/database/rows.ts';
import { eventually, PATIENCE_MS } from '../../../../support/eventually.ts';
import { type FaultProxy, startFaultProxy } from '../../../../support/servers/fault-proxy/fault-proxy.ts';
import { onlyReads } from '../../../../support/servers/only-reads.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { extendedOnly } from '../../../../support/share.ts';

const NAME = 'ghostly-runner session';

async function openSession(url: string) {
  const lost: Error[] = [];
  const lockKey = randomInt(1_000_000);
  const session = await holdOwnerSession({
    url,
    lockKey,
    applicationName: NAME,
    retryMs: 20,
    onLost: (error) => lost.push(error),
  });
  return { session, lost, lockKey };
}

const BACKENDS =
  'select pid from pg_stat_activity where application_name = $1 and datname = current_database()';
const backends = (url: string) => rows<{ pid: number }>(url, BACKENDS, [NAME]);

/** Looks until `ms` have passed and it is held; the most backends that there were at once. */
async function mostBackends(url: string, session: OwnerSession, ms: number): Promise<number> {
  const until = performance.now() + ms;
  const looker = new Client({ connectionString: url });
  await looker.connect();
  let most = 0;
  await eventually(
    async () => {
      most = Math.max(most, (await looker.query(BACKENDS, [NAME])).rows.length);
      expect(performance.now()).toBeGreaterThan(until);
      expect(session.held).toBe(true);
    },
    { timeoutMs: ms + PATIENCE_MS, everyMs: 50 },
  ).finally(() => looker.end());
  return most;
}

it('the session of a runner is held on a server that takes writes, and taken again once it does', async () => {
  const { url } = await createTestDatabase();
  await onlyReads(url, true);
  await expect(openSession(url)).rejects.toThrow('PostgreSQL takes no writes');
  await onlyReads(url, false);
  const { session, lost } = await openSession(url);
  await using _ = session;
  expect(session.held).toBe(true);
  await onlyReads(url, true);
  await eventually(() => expect(session.held).toBe(false));
  await onlyReads(url, false);
  await eventually(() => expect(session.held).toBe(true));
  expect(lost).toHaveLength(1);
});

it('I8: a session whose client alone is cut is soon held again, and leaves no backend behind', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  const { session, lost } = await openSession(proxy.url);
  await using _ = session;
  for (let cuts = 1; cuts <= 3; cuts += 1) {
    const [zombie] = await backends(url);
    proxy.cutClient();
    await eventually(() => expect(lost).toHaveLength(cuts));
    await eventually(() => expect(session.held).toBe(true));
    await eventually(async () => expect(await backends(url)).toHaveLength(1));
    expect(await backends(url)).not.toContainEqual(zombie);
  }
});

extendedOnly(() => {
  // Each has a database of its own, and waits most of its time.
  it.concurrent.each<[string, (proxy: FaultProxy) => void]>([
    ['answers are lost', (proxy) => proxy.swallow('toClient')],
    ['answers come later than they are waited for', (proxy) => proxy.delay(1_200, 'toClient')],
  ])('I14: while %s, a session costs the server one more backend at most', async (_title, fail) => {
    const { url } = await createTestDatabase();
    await using proxy = await startFaultProxy(url);
    const { session } = await openSession(proxy.url);
    await using _ = session;
    proxy.cutClient();
    fail(proxy);
    const healed = setTimeout(() => proxy.heal(), 5_000);
    try {
      expect(await mostBackends(url, session, 5_500)).toBeLessThanOrEqual(2);
    } finally {
      clearTimeout(healed);
    }
  });

  it.concurrent('I14: a session never waits in the server for a lock that is not its own to take back', async () => {
    const { url } = await createTestDatabase();
    await using proxy = await startFaultProxy(url);
    const { session, lockKey } = await openSession(proxy.url);
    await using _ = session;
    const stranger = new Client({ connectionString: url });
    await stranger.connect();
    try {
      const waits = stranger.query('select pg_advisory_lock($1, $2)', [SESSION_LOCK_SPACE, lockKey]);
      await eventually(async () =>
        expect(
          await rows(url, 'select from pg_locks where objid = $1 and not granted', [lockKey]),
        ).toHaveLength(1),
      );
      proxy.cut();
      await waits;
      const most = mostBackends(url, session, 6_500);
      await delay(6_000); // what piled up would do so meanwhile
      await stranger.query('select pg_advisory_unlock_all()');
      expect(await most).toBeLessThanOrEqual(2);
    } finally {
      await stranger.end();
    }
  });
});

it('I14: its connection carries statements; while two have no answer, and until it is back, others are to be used', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  const { session, lost } = await openSession(proxy.url);
  await using _ = session;
  const ask = () => session.statements!.row<{ pid: number }>('select pg_backend_pid() as pid');
  expect(await backends(url)).toEqual([await ask()]);
  proxy.swallow('toClient');
  const unanswered = [ask(), ask()];
  expect(session.statements).toBeUndefined();
  for (const answer of unanswered) await expect(answer).rejects.toThrow(DatabaseUnavailableError);
  proxy.heal();
  await eventually(() => expect(lost).toHaveLength(1));
  await eventually(() => expect(session.held).toBe(true));
  expect(await backends(url)).toEqual([await ask()]);
});

it('a session that has gone silent is closed all the same', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  const { session } = await openSession(proxy.url);
  proxy.swallow();
  await session[Symbol.asyncDispose]();
});

it('a session is closed in time while it tries to come back', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  const { session, lost } = await openSession(proxy.url);
  proxy.cutClient();
  proxy.hold();
  await eventually(() => expect(lost).toHaveLength(1));
  await session[Symbol.asyncDispose]();
  proxy.heal();
  await eventually(async () => expect(await backends(url)).toHaveLength(0));
});

const ROUND_TRIPS = {
  connecting: 'application_name',
  'ending the backend of before': 'pg_terminate_backend',
  'setting how soon a lost client is noticed': 'client_connection_check_interval',
  'taking the lock': 'pg_try_advisory_lock',
};
const CUTS = Object.entries(ROUND_TRIPS).flatMap(([what, match]) =>
  (['before', 'answered'] as const).flatMap((when) =>
    (['rst', 'fin'] as const).map((how) => ({ what, match, when, how })),
  ),
);
let url: string;
beforeAll(async () => {
  ({ url } = await createTestDatabase());
});

it.each(CUTS)(
  'I5: a session that is cut ($how) while $what ($when) is not held: it is opened again, and its statements are answered',
  async ({ match, when, how }) => {
    await using proxy = await startFaultProxy(url);
    const first = proxy.trap({ match, when, how });
    await expect(openSession(proxy.url)).rejects.toThrow();
    await first.sprung;
    const { session, lockKey } = await openSession(proxy.url);
    await using _ = session;
    const again = proxy.trap({ match, when, how });
    proxy.cut();
    await again.sprung;
    await eventually(async () => {
      expect(session.held).toBe(true);
      const { pid } = (await session.statements!.row<{ pid: number }>('select pg_backend_pid() as pid'))!;
      const holders = 'select pid from pg_locks where objid = $1 and classid = $2 and granted';
      expect(await rows(url, holders, [lockKey, SESSION_LOCK_SPACE])).toEqual([{ pid }]);
    });
  },
);
