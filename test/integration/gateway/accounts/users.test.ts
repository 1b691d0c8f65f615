/* I3, I9: a deleted user is nobody at once, its live runs are cancelled, and an admin always remains. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openBus } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { giveOwner } from '../../../support/database/leases.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  PASSWORD,
  type Person,
  startRun,
  useGateway,
} from '../fixture.ts';
import { rush } from '../runs/rush.ts';

const gateway = await useGateway();
const admin = await createPerson(gateway, 'admin');

const remove = (as: Person, id: string) => call(gateway, 'DELETE', `/v1/users/${id}`, { as });
const login = (email: string) =>
  call(gateway, 'POST', '/v1/auth/login', { body: { email, password: PASSWORD } });
const rowOf = (id: string) =>
  gateway.sql.row<Record<string, unknown>>('select * from users where id = $1', [id]);
const cancelOf = (runId: string) =>
  gateway.sql.row<Record<string, unknown>>(
    `select status, shown_status, cancel_by, cancel_mode, cancel_reason, cancel_user_id, cancel_key_id from runs
     where id = $1`,
    [runId],
  );
const refused = (error: string) => ({ status: 401, body: { ok: false, error } });
const EXPIRED = refused('session expired, please log in again');
const NOT_FOUND = { status: 404, body: { ok: false, error: 'not found' } };

it('lists who is there, oldest first, to admins', async () => {
  const person = await createPerson(gateway);
  const gone = await createPerson(gateway);
  await remove(admin, gone.userId);
  const listed = await call(gateway, 'GET', '/v1/users', { as: admin });
  expectContract('listUsers', listed);
  const users = listed.body as { id: string }[];
  expect(users[0]).toEqual({ id: admin.userId, email: admin.email, role: 'admin' });
  expect(users.at(-1)).toEqual({ id: person.userId, email: person.email, role: 'member' });
  expect(JSON.stringify(users)).not.toContain(gone.email);
  expect((await call(gateway, 'GET', '/v1/users', { as: person })).status).toBe(403);
});

describe('a deleted user', () => {
  it('is nobody at once: token, keys, password, memberships; its e-mail is free again', async () => {
    const [person, owner] = [await createPerson(gateway), await createPerson(gateway)];
    await addMember(gateway, owner.projectId, person, 'operator');
    const key = await createKey(gateway, person, ['runs:read']);
    const answer = await remove(admin, person.userId);
    expectContract('deleteUser', answer);
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(await call(gateway, 'GET', '/v1/auth/me', { as: person })).toMatchObject(EXPIRED);
    expect(await call(gateway, 'GET', '/v1/auth/me', { key })).toMatchObject(refused('invalid API key'));
    expect(await login(person.email)).toMatchObject(refused('invalid credentials'));
    const members = await call(gateway, 'GET', `/v1/projects/${owner.projectId}/members`, { as: owner });
    expect(members.body).toEqual([{ userId: owner.userId, email: owner.email, role: 'owner' }]);
    expect(await rowOf(person.userId)).toMatchObject({ password_hash: '', deleted_at: expect.any(Date) });
    expect(await gateway.sql.rows('select from api_keys where user_id = $1', [person.userId])).toEqual([]);

    const body = { email: person.email, password: PASSWORD };
    expect((await call(gateway, 'POST', '/v1/auth/register', { as: admin, body })).status).toBe(201);
    const again = (await login(person.email)).body as { user: { id: string } };
    expect(again.user.id).not.toBe(person.userId);
    expect(await call(gateway, 'GET', '/v1/auth/me', { as: person })).toMatchObject(EXPIRED);
    for (const id of [person.userId, randomUUID(), 'nonsense'])
      expect(await remove(admin, id)).toMatchObject(NOT_FOUND);
  });

  it('I3, I9: leaves its runs: those that live have a recorded cancel, the others are as they were', async () => {
    const person = await createPerson(gateway);
    const [queued, cancelled, final] = [
      await startRun(gateway, person),
      await startRun(gateway, person),
      await startRun(gateway, person),
    ];
    const body = { reason: 'mine' };
    await call(gateway, 'POST', `/v1/runs/${cancelled}/cancel`, { as: person, body });
    await gateway.sql.rows(
      `update runs set status = 'pass', state = 'pass', finished_at = clock_timestamp() where id = $1`,
      [final],
    );
    const key = await createKey(gateway, admin, ['admin']);
    const path = `/v1/users/${person.userId}`;
    expect((await call(gateway, 'DELETE', path, { key })).status).toBe(200);
    expect(await cancelOf(queued)).toEqual({
      status: 'running',
      shown_status: 'cancelling',
      cancel_by: 'user',
      cancel_mode: 'graceful',
      cancel_reason: 'the user was deleted',
      cancel_user_id: admin.userId,
      cancel_key_id: expect.any(String),
    });
    expect(await cancelOf(cancelled)).toMatchObject({ cancel_reason: 'mine', cancel_user_id: person.userId });
    expect(await cancelOf(final)).toMatchObject({ shown_status: 'pass', cancel_by: null });
    expect((await call(gateway, 'GET', `/v1/runs/${final}`, { as: admin })).status).toBe(200);
  });

  it.each([
    ['a bulk cancel', '/v1/runs/cancel', { all: true }],
    ['a start that cancels what was before it', '/v1/run', { concurrencyKey: 'k', cancelPrevious: true }],
  ])('and %s of its runs at once lock in one order: neither fails', async (_, path, more) => {
    const person = await createPerson(gateway);
    const body = path === '/v1/run' ? { ...FLOW(person.projectId), ...more } : more;
    await call(gateway, 'POST', '/v1/run', {
      as: person,
      body: { ...FLOW(person.projectId), concurrencyKey: 'k' },
    });
    const { asked } = await gateway.sql.transaction(async (within) => {
      await within.rows('select from users where id = $1 for update', [person.userId]);
      const asked = call(gateway, 'POST', path, { as: person, body });
      await eventually(async () => {
        await within.rows('select pg_stat_clear_snapshot()');
        const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        expect(await within.rows(waiting)).toHaveLength(1);
      });
      await within.rows('select from runs where user_id = $1 order by id for update', [person.userId]);
      return { asked };
    });
    expect((await asked).status).toBe(202);
  });

  it("tells the runs' owners, who need not wait for their next heartbeat", async () => {
    const person = await createPerson(gateway);
    const id = await startRun(gateway, person);
    await giveOwner(gateway.sql, id, randomUUID());
    await using bus = openBus({ url: gateway.nats.serviceUrl, name: 'owner', log: quietLog() });
    const commands: unknown[] = [];
    const serving = bus.respond(subjects.command(id), (command) => {
      commands.push(command);
      return { ok: true, epoch: 1, state: 'cancelling.aborting' };
    });
    await serving.ready;
    expect((await remove(admin, person.userId)).status).toBe(200);
    const command = { type: 'CANCEL', epoch: 1, source: 'user', mode: 'graceful' };
    // The first of them: it is said again to an owner that takes long to answer.
    await eventually(() => expect(commands[0]).toMatchObject({ ...command, reason: 'the user was deleted' }));
    serving.stop();
  });

  it.each(['before', 'after'])(
    'I3: cannot slip a run in that is stored just %s it is deleted',
    async (order) => {
      const person = await createPerson(gateway);
      const body = FLOW(person.projectId);
      const start = () => call(gateway, 'POST', '/v1/run', { as: person, body });
      const deletion = () => remove(admin, person.userId);
      const answers = await rush(
        gateway,
        { text: 'select from users where id = $1 for update', values: [person.userId] },
        order === 'before' ? [start, deletion] : [deletion, start],
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 202]);
      const runs = await gateway.sql.rows('select cancel_reason, shown_status from runs where user_id = $1', [
        person.userId,
      ]);
      expect(runs).toEqual([{ cancel_reason: 'the user was deleted', shown_status: 'cancelling' }]);
    },
  );

  it('leaves no project without an owner: the admin inherits those with members, the others go', async () => {
    const [person, viewer, coOwner] = [
      await createPerson(gateway),
      await createPerson(gateway),
      await createPerson(gateway),
    ];
    const make = async () =>
      (
        (await call(gateway, 'POST', '/v1/projects', { as: person, body: { label: 'x' } })).body as {
          id: string;
        }
      ).id;
    const [alone, watched, shared] = [person.projectId, await make(), await make()];
    await addMember(gateway, watched, viewer, 'viewer');
    await addMember(gateway, shared, coOwner, 'owner');
    expect((await remove(admin, person.userId)).status).toBe(200);
    const members = async (id: string) =>
      (
        await gateway.sql.rows<{ user_id: string; role: string }>(
          'select user_id, role from project_members where project_id = $1 order by role',
          [id],
        )
      ).map(({ user_id, role }) => [user_id, role]);
    expect(await gateway.sql.rows('select from projects where id = $1', [alone])).toEqual([]);
    expect(await members(watched)).toEqual([
      [admin.userId, 'owner'],
      [viewer.userId, 'viewer'],
    ]);
    expect(await members(shared)).toEqual([[coOwner.userId, 'owner']]);
  });
});

describe('the last admin', () => {
  const admins = () =>
    gateway.sql.rows<{ id: string }>(
      `select id from users where role = 'admin' and deleted_at is null order by created_at`,
    );

  it('cannot be removed, one of several can, also by itself', async () => {
    const second = await createPerson(gateway, 'admin');
    const project = second.projectId;
    await addMember(gateway, project, await createPerson(gateway), 'viewer');
    expect((await remove(second, second.userId)).status).toBe(200);
    const heirs = await gateway.sql.rows(
      `select from project_members where project_id = $1 and role = 'owner' and user_id = $2`,
      [project, admin.userId],
    );
    expect(heirs).toHaveLength(1);
    expect(await admins()).toEqual([{ id: admin.userId }]);
    const answer = await remove(admin, admin.userId);
    expectContract('deleteUser', answer);
    expect(answer).toMatchObject({
      status: 409,
      body: { ok: false, error: 'the last admin cannot be removed' },
    });
    expect((await call(gateway, 'GET', '/v1/auth/me', { as: admin })).status).toBe(200);
  });

  it('is still there when two admins remove each other at once', async () => {
    const second = await createPerson(gateway, 'admin');
    const answers = await rush(
      gateway,
      { text: `select from users where role = 'admin' for update`, values: [] },
      [() => remove(admin, second.userId), () => remove(second, admin.userId)],
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(await admins()).toHaveLength(1);
  });
});
