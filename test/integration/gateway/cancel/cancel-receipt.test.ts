/* I11: the receipt of a cancel tells its way to all who see the run, and a dry run foretells it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openBus } from '#shared/adapters/bus/bus.ts';
import type { CommandReply } from '#shared/adapters/bus/command.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import { createFinaliser } from '../../../../services/supervisor/finaliser.ts';
import { holdRunner } from '../../../support/database/live-runner.ts';
import {
  BEGUN,
  CANCEL,
  CLAIM,
  CLOSED,
  claimByHand,
  INTERRUPTED,
  LAUNCHED,
  type TestEvent,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';
import { SUPERVISING } from '../../supervisor/fixture.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  type Person,
  type Sent,
  startRun,
  useGateway,
} from '../fixture.ts';

/** A runner whose process lives. */
const RUNNER = randomUUID();

const { url } = await createTestDatabase();
const gateway = await useGateway({ databaseUrl: url });
const [owner, viewer, stranger, admin] = [
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway, 'admin'),
];
await addMember(gateway, owner.projectId, viewer, 'viewer');
const bus = openBus({ url: gateway.nats.serviceUrl, name: 'owner', log: quietLog() });
await bus.opened();
const session = await holdRunner({ sql: gateway.sql, url }, RUNNER);
beforeEach(() => gateway.sql.rows('truncate runs cascade'));
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await bus[Symbol.asyncDispose]();
});

const cancel = async (id: string, sent: Sent = { as: owner }, query = '') => {
  const answer = await call(gateway, 'POST', `/v1/runs/${id}/cancel${query}`, sent);
  expectContract('cancelRun', answer);
  return answer;
};
async function readReceipt(id: string, sent: Sent = { as: owner }) {
  const answer = await call(gateway, 'GET', `/v1/runs/${id}/cancel`, sent);
  expectContract('readCancel', answer);
  return answer as { status: number; body: Receipt };
}

/** A claimed run whose owner takes commands, in the midst of its first step; each commit happens now. */
async function acting(ownerId = RUNNER) {
  const id = await startRun(gateway, owner);
  const run = await claimByHand(gateway.sql, ownerId);
  const commit = (received: TestEvent) => run.commit(now(received));
  for (const received of [CLAIM, LAUNCHED, BEGUN]) await commit(received);
  const answer = async (command: unknown): Promise<CommandReply> => {
    await commit({
      ...(command as { source: 'user'; mode: 'graceful' }),
      type: 'CANCEL',
      at: 0,
      via: 'command',
    });
    return { ok: true, epoch: 1, state: 'cancelling.aborting' };
  };
  const serving = bus.respond(subjects.command(id), answer);
  await serving.ready;
  return { id, commit, stop: () => serving.stop() };
}

/** The same at the present time, by this machine's clock, which is the database's. */
const now = (received: TestEvent): TestEvent =>
  'at' in received
    ? { ...received, at: Date.now() }
    : { ...received, output: { ...(received as { output?: object }).output, at: Date.now() } };

describe('the receipt of a cancel', () => {
  it('tells the way of a cancel from the request to the final commit', async () => {
    const run = await acting();
    const key = await createKey(gateway, owner, ['runs:cancel']);
    const before = Date.now();
    expect((await cancel(run.id, { key, body: { reason: 'wrong shop' } })).body).toMatchObject({
      status: 'cancelling',
    });
    const { body: open } = await readReceipt(run.id);
    expect(open).toMatchObject({
      status: 'cancelling',
      state: 'cancelling.aborting',
      delivered: { owner: RUNNER, epoch: 1, via: 'command', state: 'running.stepping.acting' },
      abortRaised: { stepIndex: 0 },
      waiting: {
        code: 'interrupted_call',
        for: 'the interrupted call to return',
        next: { state: 'cancelling.closing' },
      },
    });
    await run.commit(INTERRUPTED);
    await run.commit({ ...CLOSED, output: { at: 0, browserPid: 42 } } as TestEvent);
    run.stop();

    const { body: receipt } = await readReceipt(run.id);
    expect(receipt).toMatchObject({
      status: 'fail',
      requested: {
        source: 'user',
        mode: 'graceful',
        reason: 'wrong shop',
        user: { id: owner.userId, email: owner.email },
        key: { label: 'test' },
      },
      browser: { outcome: 'alive', pid: 42 },
      evidence: { steps: 0, screenshots: 0, video: false },
    });
    const { requested, stored, delivered, abortRaised, callInterrupted, contextClosed, final } = receipt;
    const times = [requested, stored, delivered, abortRaised, callInterrupted, contextClosed, final].map(
      (hop) => Date.parse(hop!.at),
    );
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(before - 5);
    expect(receipt.totalMs).toBe(times.at(-1)! - times[0]!);
    expect(receipt).not.toHaveProperty('waiting');
  });

  it('I11: is seen by all who see the run; the key by its user and admins only, its label while there is one', async () => {
    const id = await startRun(gateway, owner);
    const key = await createKey(gateway, owner, ['runs:cancel']);
    await cancel(id, { key });
    expect((await readReceipt(id, { as: stranger })).status).toBe(404);
    const seen = async (as: Person) => (await readReceipt(id, { as })).body.requested;
    const user = { id: owner.userId, email: owner.email };
    expect(await seen(viewer)).toMatchObject({ user });
    expect(await seen(viewer)).not.toHaveProperty('key');
    for (const as of [owner, admin]) expect(await seen(as)).toMatchObject({ user, key: { label: 'test' } });
    await gateway.sql.rows('delete from api_keys where user_id = $1', [owner.userId]);
    expect((await seen(owner)).key).toEqual({ id: expect.any(String) });
  });

  it('there is none of a run that nobody cancelled, nor of one that is not there', async () => {
    const id = await startRun(gateway, owner);
    const run = await claimByHand(gateway.sql, RUNNER);
    for (const each of [id, randomUUID(), 'nonsense', '%00'])
      expect((await readReceipt(each)).status).toBe(404);
    for (const received of TO_PASS) await run.commit(received);
    expect((await readReceipt(id)).status).toBe(404);
  });

  it('of a queued run names the supervisor, and of a lost one its verdict', async () => {
    const finalise = createFinaliser({
      sql: gateway.sql,
      log: quietLog(),
      overdueMs: 14_500,
      queueTimeoutText: '',
      ...SUPERVISING,
    });
    const queued = await startRun(gateway, owner);
    await cancel(queued);
    expect((await readReceipt(queued)).body.waiting).toEqual({
      code: 'supervisor_no_runner',
      for: 'a supervisor to end it: no runner has it',
    });
    await finalise(queued, true);
    expect((await readReceipt(queued)).body).toMatchObject({ delivered: { via: 'supervisor' }, final: {} });

    const lost = await acting(randomUUID());
    lost.stop();
    // Else its session is not looked for yet.
    await gateway.sql.rows(`update leases set renewed_at = renewed_at - interval '5 min' where run_id = $1`, [
      lost.id,
    ]);
    await cancel(lost.id);
    expect((await readReceipt(lost.id)).body.waiting!.for).toBe('a supervisor to end it: its runner is lost');
    await finalise(lost.id, true);
    expect((await readReceipt(lost.id)).body).toMatchObject({
      browser: { outcome: 'unknown' },
      final: { stale: true },
      verdict: { why: 'owner_gone' },
    });
  });
});

describe('a cancel that is repeated', () => {
  it('only hardens, and its receipt says when', async () => {
    const run = await acting();
    await cancel(run.id, { as: owner, body: { reason: 'first' } });
    await cancel(run.id, { as: owner, body: { mode: 'force', reason: 'second' } });
    await cancel(run.id, { as: owner, body: { mode: 'graceful' } });
    const { body } = await readReceipt(run.id);
    expect(body).toMatchObject({
      state: 'cancelling.closing',
      requested: { mode: 'force', reason: 'first' },
      hardened: { state: 'cancelling.aborting' },
    });
    run.stop();
  });

  it('waits for nothing but the closing with force', async () => {
    const run = await acting();
    await cancel(run.id, { as: owner, body: { mode: 'force' } });
    const { body } = await readReceipt(run.id);
    expect(body).toMatchObject({
      state: 'cancelling.closing',
      waiting: {
        code: 'context_close',
        for: 'its browser context to close',
        next: { state: 'cancelling.killing' },
      },
    });
    run.stop();
  });

  it.each([
    { mode: 'hard' },
    { mode: null },
    { reason: 7 },
    { reason: 'x'.repeat(1_001) },
    { reason: 'a\0b' },
  ])('is refused with %j', async (body) => {
    const id = await startRun(gateway, owner);
    expect((await cancel(id, { as: owner, body })).status).toBe(400);
    expect((await readReceipt(id)).status).toBe(404);
  });
});

describe('a dry run', () => {
  const row = (id: string) => gateway.sql.row('select * from runs where id = $1', [id]);

  it('says what a cancel would do, and does nothing', async () => {
    const run = await acting();
    const before = await row(run.id);
    const { status, body } = await cancel(run.id, { as: owner }, '?dryRun=true');
    expect(status).toBe(200);
    expect(body).toEqual({
      ok: true,
      id: run.id,
      dryRun: true,
      status: 'cancelling',
      from: 'running.stepping.acting',
      path: ['cancelling.aborting', 'cancelling.closing', 'fail'],
      step: { index: 0, action: 'goto', atomic: false },
      onCancelSteps: 0,
      withinMs: 2_500,
    });
    expect((await cancel(run.id, { as: owner, body: { mode: 'force' } }, '?dryRun')).body).toMatchObject({
      path: ['cancelling.closing', 'fail'],
    });
    const inBody = { as: owner, body: { dryRun: true, mode: 'force' } };
    expect((await cancel(run.id, inBody)).body).toMatchObject({ dryRun: true, status: 'cancelling' });
    expect((await cancel(run.id, { as: owner, body: { dryRun: false } }, '?dryRun')).body).toMatchObject({
      dryRun: true,
    });
    expect(await row(run.id)).toEqual(before);
    expect((await readReceipt(run.id)).status).toBe(404);
    run.stop();
  });

  it('knows that a run whose owner is gone would be ended as stale', async () => {
    const run = await acting(randomUUID());
    run.stop();
    const { body } = await cancel(run.id, { as: owner }, '?dryRun=1');
    expect(body).toMatchObject({ status: 'cancelled', stale: true, path: ['fail'], dryRun: true });
  });

  it('is refused like the real one', async () => {
    const id = await startRun(gateway, owner);
    expect((await cancel(id, { as: viewer }, '?dryRun=true')).status).toBe(403);
    expect((await cancel(id, { as: stranger }, '?dryRun=true')).status).toBe(404);
    for (const query of ['?dryRun=maybe', '?dryRun=true&dryRun=false'])
      expect((await cancel(id, { as: owner }, query)).status).toBe(400);
    expect((await cancel(id, { as: owner, body: { dryRun: 'true' } })).status).toBe(400);
    expect((await readReceipt(id)).status).toBe(404);
    const run = await claimByHand(gateway.sql, RUNNER);
    for (const received of [CLAIM, CANCEL, INTERRUPTED, CLOSED]) await run.commit(received);
    expect((await cancel(id, { as: owner }, '?dryRun=true')).status).toBe(409);
  });
});
