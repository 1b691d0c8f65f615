/* I2, I5, I8: no step begins before the one before is stored, and an owner that lost its run ends its browser. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client as Postgres } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually, promisedMs, scaledMs } from '../../support/eventually.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { useServices, useStack } from '../../support/stack/use-stack.ts';

const LEASE_MS = scaledMs(10_000);
const GRACE_MS = scaledMs(600);

const bench = useStack({ besides: ['supervisor'] });
/** Paths asked for, with their answers while they are held. */
const asked: string[] = [];
const held = new Map<string, ServerResponse>();
const site = createServer((request, response) => {
  asked.push(request.url!);
  held.set(request.url!, response);
});
const url = () => `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
const answer = (path: string) =>
  held.get(path)!.setHeader('Content-Type', 'text/html').end('<title>ok</title>');
const arrives = (path: string) => eventually(() => expect(asked).toContain(path));

/** That its owner has renewed the lease of this run once more. */
async function nextHeartbeat(id: string): Promise<void> {
  const renewed = async () =>
    (await rows<{ at: Date }>(bench.stack.databaseUrl, RENEWED, [id])).map(({ at }) => at.getTime());
  const before = await renewed();
  await eventually(async () => expect(await renewed()).not.toEqual(before));
}
const RENEWED = 'select renewed_at as at from leases where run_id = $1';

beforeAll(async () => {
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await once(site, 'close');
});

describe('an owner', () => {
  const env = {
    GHOSTLY_LEASE_MS: String(LEASE_MS),
    GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS),
    RUNNER_SLOTS: '1',
  };
  useServices(() => [bench.stack.launch('runner', env)]);

  test('I2, I12: no step begins before the one before it is stored', async () => {
    const id = await bench.client.start({
      baseUrl: url(),
      steps: [
        { action: 'goto', url: '/first' },
        { action: 'goto', url: '/second' },
      ],
    });
    const watch = await bench.client.watch(id);
    await arrives('/first');
    await watch.until(isEvent('step_start', 0));

    const lock = new Postgres({ connectionString: bench.stack.databaseUrl });
    await lock.connect();
    await lock.query('begin; lock table events in exclusive mode');
    answer('/first');
    await eventually(async () => {
      const waiting = await rows(
        bench.stack.databaseUrl,
        `select from pg_locks join pg_database as own on own.oid = pg_locks.database
       where not granted and own.datname = current_database()`,
      );
      expect(waiting.length).toBeGreaterThan(0);
    });
    // That nothing happens cannot be awaited; but this owner has sent two heartbeats meanwhile.
    for (let beats = 0; beats < 2; beats += 1) await nextHeartbeat(id);
    expect(asked).not.toContain('/second');

    await lock.query('commit');
    await lock.end();
    await arrives('/second');
    answer('/second');
    expect(expectWholeStream(await watch.ended())).toEqual({ status: 'pass' });
  });

  test('I2, I5, I8: an owner that lost a run ends its browser though that hangs, frees its slot, and tells what it had', async () => {
    const steps = [{ action: 'goto', url: '/hangs' }];
    const id = await bench.client.start({ baseUrl: url(), steps });
    await arrives('/hangs');
    const [browser] = await browsersWith(bench.stack.home);
    process.kill(browser!.pid, 'SIGSTOP');
    await rows(bench.stack.databaseUrl, 'update runs set epoch = epoch + 1 where id = $1', [id]);

    const isEnded = async () => {
      expect((await browsersWith(bench.stack.home)).map(({ pid }) => pid)).not.toContain(browser!.pid);
      const late = 'select browser_closed from late_results where run_id = $1';
      expect(await rows(bench.stack.databaseUrl, late, [id])).toEqual([{ browser_closed: true }]);
    };
    await eventually(isEnded, { timeoutMs: promisedMs(LEASE_MS / 5 + 3 * GRACE_MS + 3_000) });
    const next = await bench.client.start({ baseUrl: url(), steps: [{ action: 'goto', url: '/next' }] });
    await arrives('/next');
    answer('/next');
    expect(expectWholeStream(await (await bench.client.watch(next)).ended())).toEqual({ status: 'pass' });
  });
});
