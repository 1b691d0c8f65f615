/* I2, I3, I5: a runner whose session at PostgreSQL is cut keeps its runs and their leases, and claims others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { afterFile } from '../../support/file-hooks.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { type FaultProxy, startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type Stack } from '../../support/stack/stack.ts';
import { startWaitingRun } from '../../support/stack/waiting-run.ts';

const LEASE_MS = 5_000;
const FENCE_MS = 0.6 * LEASE_MS;

/** The runner reaches PostgreSQL by a way that can be cut. */
let stack: Stack;
let site: TestSite;
let client: Client;
let postgres: FaultProxy;

beforeAll(async () => {
  const env = { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '1500' };
  [stack, site] = await Promise.all([createStack({ env }), startSite()]);
  postgres = await startFaultProxy(stack.databaseUrl);
  afterFile(() => Promise.resolve(postgres[Symbol.asyncDispose]()));
  const [gateway] = await Promise.all([
    stack.start('gateway'),
    stack.start('runner', { DATABASE_URL: postgres.url }),
    stack.start('supervisor'),
  ]);
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

/** What only the session sends, in the order in which it opens. */
const ROUND_TRIPS = {
  connecting: / session\0/,
  'ending the backend of before': 'pg_terminate_backend',
  'setting how soon a lost client is noticed': 'client_connection_check_interval',
  'taking the lock': 'pg_try_advisory_lock',
};
/** The request is lost, or its answer is. */
const CUTS = Object.entries(ROUND_TRIPS).flatMap(([what, match]) =>
  (['before', 'answered'] as const).map((when) => ({ what, match, when })),
);

const END_SESSION = `
select pg_terminate_backend(pid, 5000) from pg_stat_activity
where datname = current_database() and application_name like 'ghostly-runner % session'`;
const RENEWED = `
select clock_timestamp() as now, (select renewed_at from leases where run_id = $1) as at`;

test.each(CUTS)(
  'row 27: a runner whose session is cut while $what ($when) keeps its runs and claims others; a cancel of one is no stale end (I2, I3, I5)',
  async ({ what, match, when }) => {
    const tag = `${what} ${when}`.replaceAll(' ', '-');
    const before = await startWaitingRun(client, site, `${tag}-before`);
    const trap = postgres.trap({ match, when });
    await rows(stack.databaseUrl, END_SESSION);
    await trap.sprung;
    const [{ now } = { now: new Date() }] = await rows<{ now: Date }>(stack.databaseUrl, RENEWED, [null]);
    // Its browser is its own: one whose cancelled run closes late is killed.
    const after = await startWaitingRun(client, site, `${tag}-after`, {
      project: await client.addProject(tag),
    });
    for (const { id } of [before, after])
      await eventually(async () => {
        const [renewed] = await rows<{ at: Date | null }>(stack.databaseUrl, RENEWED, [id]);
        expect(renewed!.at!.getTime()).toBeGreaterThan(now.getTime() + FENCE_MS);
      });
    for (const { id, watch } of [before, after]) {
      expect((await client.cancel(id)).body).toEqual({ ok: true, id, status: 'cancelling' });
      const messages = await watch.ended();
      expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    }
  },
);
