/* I11: the state of gateways, runners and the queue is told as it is, to each caller what it may see. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { removeGateway, reportGateway } from '#shared/adapters/database/processes/gateways.ts';
import { lead } from '#shared/adapters/database/processes/leadership.ts';
import { holdOwnerSession } from '#shared/adapters/database/processes/owner-session.ts';
import { noteLeaving, removeRunner } from '#shared/adapters/database/processes/runners.ts';
import { heartbeat } from '#shared/adapters/database/runs/heartbeat.ts';
import type { LastHour } from '#shared/api/contract/service/last-hour.ts';
import type { System } from '#shared/api/contract/service/system.ts';
import { holdRunner } from '../../../support/database/live-runner.ts';
import { claimByHand, queueRun } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  type Person,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const admin = await createPerson(gateway, 'admin');

async function look(sent: Parameters<typeof call>[3] = { as: ann }): Promise<System> {
  const answer = await call(gateway, 'GET', '/v1/system', sent);
  expectContract('system', answer);
  expect(answer.status).toBe(200);
  return answer.body as System;
}

const own = (system: System, id: string) => system.runners.find((runner) => runner.id === id);

async function openRunner({ slots = 4, labels = [] as string[] } = {}) {
  const id = randomUUID();
  const server = { sql: gateway.sql, url: gateway.databaseUrl };
  const session = await holdRunner(server, id, { pid: 42, slots, labels });
  return { id, session };
}

/** Claims for `owner` a run of `person`. */
async function claimFor(owner: string, person: Person): Promise<string> {
  const { id } = await queueRun(gateway.sql, person);
  const claimed = await claimByHand(gateway.sql, owner);
  expect(claimed.run.id).toBe(id);
  return id;
}

it('an empty system has nothing to show but its clock', async () => {
  expect(await look()).toEqual({
    now: expect.any(String),
    leaseMs: 10_000,
    queue: { length: 0, causes: [] },
    runs: { running: 0, cancelling: 0 },
    runners: [],
    supervisors: [],
    servers: {
      database: { answers: true, since: expect.any(String), latencyMs: expect.any(Number) },
      nats: { answers: true, since: expect.any(String), latencyMs: expect.any(Number) },
    },
    gateways: [],
    webhooks: { failing: 0, disabled: 0, waiting: 0 },
  });
});

it('the system tells of each gateway what it reaches; one that stops is off the list, one that is killed is silent', async () => {
  const [one, other] = [randomUUID(), randomUUID()];
  const answers = { answers: true, since: '2026-11-30T10:00:00.000Z', latencyMs: 0.4 };
  const looks = { database: answers, nats: { answers: false, since: '2026-11-30T11:00:00.000Z' } };
  const ended = [
    { name: 'database', since: new Date(Date.now() - 9_000).toISOString(), until: new Date().toISOString() },
  ];
  for (const id of [one, other])
    await reportGateway(gateway.sql, { id, host: 'here', pid: 42, looks, ended: id === one ? ended : [] });
  const { gateways } = await look();
  expect(gateways).toEqual(
    [one, other].map((id) => ({
      id,
      condition: 'alive',
      startedAt: expect.any(String),
      seenAt: expect.any(String),
      servers: looks,
    })),
  );
  expect((await look({ as: admin })).gateways[0]).toMatchObject({ host: 'here', pid: 42 });

  const hour = await call(gateway, 'GET', '/v1/system/last-hour', { as: ann });
  expectContract('lastHour', hour);
  expect((hour.body as LastHour).outages).toEqual([
    { name: 'nats', since: '2026-11-30T11:00:00.000Z' },
    ended[0],
  ]);

  await removeGateway(gateway.sql, one);
  await gateway.sql.rows(`update gateways set seen_at = seen_at - interval '11 seconds'`);
  expect((await look()).gateways).toMatchObject([{ id: other, condition: 'silent' }]);
  const own = { id: gateway.id, host: 'here', pid: 43, looks, ended: [] };
  await reportGateway(gateway.sql, own);
  await gateway.sql.rows(`update gateways set seen_at = seen_at - interval '11 seconds'`);
  const answering = (await look()).gateways.find(({ id }) => id === gateway.id);
  expect(answering).toMatchObject({ condition: 'alive', servers: { nats: { answers: true } } });
  await gateway.sql.rows(`update gateways set seen_at = seen_at - interval '6 minutes'`);
  expect((await look()).gateways).toEqual([]);
});

it('the system tells how many runs wait, and since when the oldest does', async () => {
  const { createdAt } = await queueRun(gateway.sql, ann);
  await queueRun(gateway.sql, admin);
  await eventually(async () =>
    expect((await look()).queue).toEqual({
      length: 2,
      oldestAt: createdAt.toISOString(),
      causes: [{ code: 'no_runner', count: 2 }],
    }),
  );
  await gateway.sql.rows('delete from runs');
});

it('the system tells what runs wait for: labels, their key, limits, slots, or nothing but their turn', async () => {
  // A gateway looks once in a second, for all.
  const causes = (wanted: Record<string, number>) =>
    eventually(async () => {
      const found = (await look()).queue.causes.map(({ code, count }) => [code, count]);
      expect(Object.fromEntries(found)).toEqual(wanted);
    });
  const { id, session } = await openRunner({ slots: 2 });
  await using _ = session;
  await heartbeat(gateway.sql, id, [], 10_000, {});
  await queueRun(gateway.sql, ann, { concurrencyKey: 'nightly' });
  await claimByHand(gateway.sql, id);
  await queueRun(gateway.sql, ann, { runnerLabels: ['gpu'] });
  for (let n = 0; n < 3; n += 1) await queueRun(gateway.sql, ann, { concurrencyKey: 'nightly' });
  await queueRun(gateway.sql, admin);
  await causes({ no_fitting_runner: 1, concurrency_key: 3, runner: 1 });
  await claimByHand(gateway.sql, id);
  await queueRun(gateway.sql, admin);
  await causes({ no_fitting_runner: 1, concurrency_key: 3, slots: 1 });
  await heartbeat(gateway.sql, id, [], 10_000, { unavailable: 'no_browser' });
  await causes({ no_fitting_runner: 1, runner_unavailable: 4 });
  // Runners with these labels were up; others still are.
  const leaving = await openRunner({ labels: ['gpu'] });
  await using __ = leaving.session;
  await noteLeaving(gateway.sql, leaving.id, 60_000);
  await queueRun(gateway.sql, ann, { runnerLabels: ['gpu'] });
  await causes({ no_fitting_runner: 2, runner_unavailable: 4 });
  await gateway.sql.rows('delete from runs');
});

it('I11: numbers are for all; runs for those who see them; where a runner is only for admins', async () => {
  const [bob, carl] = [await createPerson(gateway), await createPerson(gateway)];
  await addMember(gateway, ann.projectId, bob, 'viewer');
  const { id, session } = await openRunner();
  await using _ = session;
  const run = await claimFor(id, ann);
  const other = await claimFor(id, carl);

  const seenBy = async (sent: Parameters<typeof call>[3]) => own(await look(sent), id);
  const ids = async (sent: Parameters<typeof call>[3]) => (await seenBy(sent))?.runs.map((held) => held.id);
  expect(await ids({ as: ann })).toEqual([run]);
  expect(await ids({ as: bob })).toEqual([run]);
  expect(await ids({ as: carl })).toEqual([other]);
  expect(await ids({ as: admin })).toEqual([other, run]);
  expect(await ids({ key: await createKey(gateway, ann, ['runs:write']) })).toEqual([]);
  for (const as of [ann, bob, carl, admin])
    expect(await seenBy({ as })).toMatchObject({ slots: 4, busy: 2, condition: 'alive' });
  expect(await seenBy({ as: ann })).not.toHaveProperty('host');
  expect(await seenBy({ as: ann })).not.toHaveProperty('pid');
  expect(await seenBy({ as: admin })).toMatchObject({ host: 'here', pid: 42 });
  await gateway.sql.rows('delete from runs');
});

it('the system names the browsers of the last heartbeat, and none of a runner that is gone, which it still shows', async () => {
  const { id, session } = await openRunner();
  await heartbeat(gateway.sql, id, [], 10_000, { browsers: 2 });
  expect(own(await look(), id)).toMatchObject({ condition: 'alive', browsers: 2, busy: 0 });
  await session[Symbol.asyncDispose]();
  await eventually(async () =>
    expect(own(await look(), id)).toMatchObject({ condition: 'gone', browsers: 0 }),
  );
  await gateway.sql.rows(`update runners set seen_at = seen_at - interval '6 minutes' where id = $1`, [id]);
  expect(own(await look(), id)).toBeUndefined();
});

it('the system tells what a runner has registered, and why it claims nothing: what it says itself, or that it is silent or gone', async () => {
  const { id, session } = await openRunner({ slots: 1, labels: ['eu-west', 'gpu'] });
  const seen = async () => own(await look(), id)!;
  const beat = (report: Parameters<typeof heartbeat>[4]) => heartbeat(gateway.sql, id, [], 10_000, report);
  expect(await seen()).toMatchObject({
    slots: 1,
    busy: 0,
    labels: ['eu-west', 'gpu'],
    takesRuns: false,
    unavailable: { code: 'starting', text: 'it is starting' },
  });
  await beat({});
  expect(await seen()).toMatchObject({ takesRuns: true });
  expect(await seen()).not.toHaveProperty('unavailable');
  await claimFor(id, ann);
  expect(await seen()).toMatchObject({
    takesRuns: true,
    busy: 1,
    unavailable: { code: 'full', text: 'all its slots are taken' },
  });
  for (const unavailable of ['draining', 'no_browser', 'no_egress', 'no_session', 'slow_database'] as const) {
    await beat({ unavailable });
    expect(await seen()).toMatchObject({ takesRuns: false, unavailable: { code: unavailable } });
  }
  await gateway.sql.rows(`update runners set unavailable = 'of another version' where id = $1`, [id]);
  expect(await seen()).toMatchObject({ takesRuns: false, unavailable: { text: 'of another version' } });
  await beat({ unavailable: 'no_session' });
  await session[Symbol.asyncDispose]();
  await eventually(async () =>
    expect(await seen()).toMatchObject({ condition: 'gone', unavailable: { code: 'no_session' } }),
  );
  await beat({});
  expect(await seen()).toMatchObject({ takesRuns: false, unavailable: { code: 'gone' } });
});

it('the system forgets a runner that leaves at once, and one that may still have a run when nobody has to end that any more', async () => {
  const { id, session } = await openRunner();
  await using _ = session;
  await claimFor(id, ann);
  await removeRunner(gateway.sql, id);
  expect(own(await look(), id)).toMatchObject({ busy: 1 });
  await gateway.sql.rows('delete from runs');
  await gateway.sql.rows('delete from leases');
  await removeRunner(gateway.sql, id);
  expect(own(await look(), id)).toBeUndefined();
});

it('the system shows a runner that holds a run however long it is gone, and one that is silent', async () => {
  const { id, session } = await openRunner();
  const run = await claimFor(id, ann);
  await gateway.sql.rows(`update runners set seen_at = seen_at - interval '6 minutes' where id = $1`, [id]);
  expect(own(await look(), id)).toMatchObject({ condition: 'silent' });
  await session[Symbol.asyncDispose]();
  await eventually(async () =>
    expect(own(await look(), id)).toMatchObject({ condition: 'gone', busy: 1, runs: [{ id: run }] }),
  );
  await gateway.sql.rows('delete from runs');
});

it('the system names the supervisors that are connected, the leader first', async () => {
  const [leader, other] = [randomUUID(), randomUUID()];
  await lead(gateway.sql, 'supervisor', leader, 60_000);
  // The names of a supervisor's connections.
  const connections = await Promise.all(
    [other, leader].map(async (id) =>
      holdOwnerSession({
        url: gateway.databaseUrl,
        lockKey: id === leader ? 900_001 : 900_002,
        applicationName: `ghostly-supervisor ${id}`,
        retryMs: 50,
        onLost: () => undefined,
      }),
    ),
  );
  const system = await look();
  expect(system.supervisors.map(({ id, leader: leads }) => [id, leads])).toEqual([
    [leader, true],
    [other, false],
  ]);
  expect(system.leader).toMatchObject({ id: leader });
  for (const connection of connections) await connection[Symbol.asyncDispose]();
});
