/* I13: neither a project nor a user gets more memberships than their limit, however many join at once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findMemberRoom } from '#shared/adapters/database/accounts/member-room.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

let database: Database;

beforeAll(async () => {
  database = connectDatabase({ url: (await createTestDatabase()).url, applicationName: 'room' });
});
afterAll(() => database[Symbol.asyncDispose]());

async function createUser(): Promise<string> {
  const id = randomUUID();
  await database.sql.rows(
    `insert into users (id, email, password_hash, role) values ($1, $1::uuid::text, '', 'member')`,
    [id],
  );
  return id;
}
async function createProject(): Promise<string> {
  const id = randomUUID();
  await database.sql.rows(`insert into projects (id, label) values ($1, 'x')`, [id]);
  return id;
}

/** Becomes a member if there is room, as one transaction. */
const join = (userId: string, projectId: string, limits: Parameters<typeof findMemberRoom>[2]) =>
  database.sql.transaction(async (within) => {
    const room = await findMemberRoom(within, { userId, projectId }, limits);
    if (room === 'room')
      await within.rows(`insert into project_members values ($1, $2, 'viewer') on conflict do nothing`, [
        projectId,
        userId,
      ]);
    return room;
  });

it('I13: a project takes as many of five who join at once as it has room for', async () => {
  const project = await createProject();
  const users = await Promise.all(Array.from({ length: 5 }, createUser));
  const rooms = await Promise.all(users.map((user) => join(user, project, { members: 2 })));
  expect(rooms.toSorted()).toEqual([
    'room',
    'room',
    'too_many_members',
    'too_many_members',
    'too_many_members',
  ]);
});

it('I13: a user gets into as many of five projects that it joins at once as it has room for', async () => {
  const user = await createUser();
  const limits = { memberships: 3, members: 10 };
  await join(user, await createProject(), limits);
  const projects = await Promise.all(Array.from({ length: 5 }, createProject));
  const rooms = await Promise.all(projects.map((project) => join(user, project, limits)));
  expect(rooms.filter((room) => room === 'room')).toHaveLength(2);
  expect(rooms.filter((room) => room === 'too_many_memberships')).toHaveLength(3);
});

it('who is a member already needs no room, and without a limit there is always some', async () => {
  const [user, project] = [await createUser(), await createProject()];
  expect(await join(user, project, {})).toBe('room');
  expect(await join(user, project, { memberships: 1, members: 1 })).toBe('room');
  expect(await join(await createUser(), project, {})).toBe('room');
});
