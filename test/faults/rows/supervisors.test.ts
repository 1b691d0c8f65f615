/* I3, I5, I6: of several supervisors one ends each run that lost its runner, and only once, though leaders die. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';
import { enoughFor, repeat } from '../scale.ts';
import { expectTidied } from './doomed.ts';
import { type Orphanage, openOrphanage } from './many-orphans.ts';

const COUNT = share(120, 1_000);
const LEASE_MS = 2_000;
/** A service that does not end by itself is ended by then. */
const FORCED_AFTER_MS = 5_000;

let stack: Stack;
let site: TestSite;
let client: Client;
let orphanage: Orphanage;

beforeAll(async () => {
  [stack, site] = await Promise.all([
    createStack({ env: { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '600' } }),
    startSite(),
  ]);
  client = await stack.clientOf(await stack.start('gateway'));
  orphanage = await openOrphanage({ stack, client, site });
  await ask(SLOW);
});
afterAll(async () => {
  await expectTidied(stack);
  await site.close();
});

const ask = <Row>(text: string, values: unknown[] = []) => rows<Row>(stack.databaseUrl, text, values);
beforeEach(async () => {
  await ask('delete from runs');
});

/** Each end takes a while, so that a sweep has a middle, and takes longer than a leader is one without a word (3 s). */
const SLOW = `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(${share(0.12, 0.25)}); return new; end $$;
  create trigger slow before insert on events for each row when (new.type = 'run_end') execute function slow();`;

const endedCount = async () =>
  (await ask<{ n: number }>(`select count(*)::int as n from runs where status = 'fail'`))[0]!.n;
const allEnded = () =>
  eventually(async () => expect(await endedCount()).toBe(COUNT), {
    timeoutMs: enoughFor(COUNT, 60),
    everyMs: 100,
  });
const midway = () =>
  eventually(
    async () => {
      const ended = await endedCount();
      expect(ended).toBeGreaterThan(COUNT / 10);
      return ended;
    },
    { timeoutMs: 30_000, everyMs: 5 },
  );

/** Each was taken from its owner by one of them, and has one end. */
async function expectEachEndedOnce(): Promise<void> {
  const wrong = await ask(
    `select id, epoch, status, stale from runs where epoch <> 2 or status <> 'fail' or not stale
       or (select count(*) from events where run_id = runs.id and type = 'run_end') <> 1
       or (select max(seq) from events where run_id = runs.id) <> last_seq
       or (select count(*) from status_changes where run_id = runs.id) <> 2`,
  );
  expect(wrong).toEqual([]);
}
const saidEnded = (supervisors: readonly ServiceProcess[]) =>
  supervisors.map(({ lines }) => lines.filter((line) => line.includes('ended a run without')).length);
const supervisors = (count: number) =>
  Promise.all(Array.from({ length: count }, () => stack.start('supervisor')));
const leader = (among: readonly ServiceProcess[]) =>
  Promise.any(among.map((supervisor) => supervisor.logged('"leading"').then(() => supervisor)));
const stopAll = (all: readonly ServiceProcess[]) => Promise.all(all.map((one) => one.stop()));

test.each(share([3], [2, 3]))(
  `row 15: of %i supervisors one ends ${COUNT} orphans, each once (I5, I6)`,
  async (count) => {
    await orphanage.fill(COUNT);
    const all = await supervisors(count);
    await allEnded();
    await expectEachEndedOnce();
    // It is said after it is stored.
    await eventually(() => expect(saidEnded(all).filter((n) => n > 0)).toEqual([COUNT]));
    await stopAll(all);
  },
);

test.each([
  ['killed', 'SIGKILL'],
  ['asked to leave', 'SIGTERM'],
] as const)(
  'row 15: the leader is %s in the middle of a sweep: the next one completes it (I5, I6)',
  async (_how, signal) => {
    await orphanage.fill(COUNT);
    const all = await supervisors(3);
    const first = await leader(all);
    expect(await midway()).toBeLessThan(COUNT);
    const signalled = performance.now();
    first.signal(signal);
    const { code } = await first.exited;
    if (signal === 'SIGTERM') {
      expect(code).toBe(0);
      expect(first.lines.filter((line) => line.includes('forced'))).toEqual([]);
      expect(performance.now() - signalled).toBeLessThan(FORCED_AFTER_MS);
    }
    await allEnded();
    await expectEachEndedOnce();
    expect(Math.max(...saidEnded(all.filter((one) => one !== first)))).toBeGreaterThan(0);
    await stopAll(all);
  },
);

test('row 15: the leader is stopped in the middle of a sweep and wakes when another leads: each run has one end (I6)', async () => {
  await orphanage.fill(COUNT);
  const all = await supervisors(3);
  const first = await leader(all);
  await midway();
  first.signal('SIGSTOP');
  const others = all.filter((one) => one !== first);
  await leader(others);
  await eventually(() => expect(Math.max(...saidEnded(others))).toBeGreaterThan(0), { timeoutMs: 15_000 });
  first.signal('SIGCONT');
  await allEnded();
  await expectEachEndedOnce();
  await stopAll(all);
});

const CANCELS = share(40, 200);

test(`row 15: ${CANCELS} orphans are cancelled at once with three supervisors: each is ended once, and says so (I3, I6)`, async () => {
  const ids = (await orphanage.fill(COUNT)).slice(0, CANCELS);
  // Not to be swept before: their leases go on.
  await ask(`update leases set until = clock_timestamp() + interval '1 hour'`);
  const all = await supervisors(3);
  await repeat(CANCELS, 10, async (n) => {
    const id = ids[n]!;
    const reply = await client.cancel(id);
    // Too many at once may not be waited for; then it is kept.
    expect([
      { ok: true, id, status: 'cancelled', stale: true },
      { ok: true, id, status: 'cancelling' },
    ]).toContainEqual(reply.body);
    if (n % 10 === 0) {
      const messages = await (await client.watch(id)).ended();
      expect(expectWholeStream(messages)).toMatchObject({ source: 'user', staleAfterRestart: true });
    }
  });
  const open = `select id from runs where cancel_requested_at is not null and status <> 'fail'`;
  await eventually(async () => expect(await ask(open)).toEqual([]), { timeoutMs: 15_000 });
  await ask('delete from runs where cancel_requested_at is null');
  await expectEachEndedOnce();
  await stopAll(all);
});
