/* I11: what a member may do follows its role at once, and a project keeps at least one owner. */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  FLOW,
  joinMember,
  type Person,
  startRun,
  useGateway,
} from '../fixture.ts';
import { rush } from '../runs/rush.ts';

let owner: Person;
let other: Person;

const gateway = await useGateway();
beforeEach(async () => {
  owner = await createPerson(gateway);
  other = await createPerson(gateway);
});

const path = (project = owner.projectId) => `/v1/projects/${project}/members`;
const list = (as: Person, project?: string) => call(gateway, 'GET', path(project), { as });
const put = (as: Person, email: unknown, role: unknown, project?: string) =>
  call(gateway, 'POST', path(project), { as, body: { email, role } });
const remove = (as: Person, userId: string, project?: string) =>
  call(gateway, 'DELETE', `${path(project)}/${userId}`, { as });
const member = (person: Person, role: ProjectRole) => ({ userId: person.userId, email: person.email, role });
const LAST_OWNER = { status: 409, body: { ok: false, error: 'a project keeps at least one owner' } };
const NOT_FOUND = { status: 404, body: { ok: false, error: 'not found' } };

it('an owner changes members by e-mail and removes them; the mightiest are listed first, to members alone', async () => {
  await joinMember(gateway, owner, other, 'viewer');
  const changed = await put(owner, ` ${other.email.toUpperCase()} `, 'operator');
  expectContract('putMember', changed);
  expect(changed).toMatchObject({ status: 200, body: member(other, 'operator') });
  const listed = await list(other);
  expectContract('listMembers', listed);
  expect(listed.body).toEqual([member(owner, 'owner'), member(other, 'operator')]);
  const removed = await remove(owner, other.userId);
  expectContract('removeMember', removed);
  expect(removed).toMatchObject({ status: 200, body: { ok: true } });
  expect(await list(other)).toMatchObject(NOT_FOUND);
  expect(await remove(owner, other.userId)).toMatchObject(NOT_FOUND);
});

it('I11: what a member may do with the runs of its project follows its role at once', async () => {
  const id = await startRun(gateway, owner);
  const can = async () => [
    (await call(gateway, 'GET', `/v1/runs/${id}`, { as: other })).status,
    (await call(gateway, 'POST', '/v1/run', { as: other, body: FLOW(owner.projectId) })).status,
    (await call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: other })).status,
  ];
  expect(await can()).toEqual([404, 400, 404]);
  await joinMember(gateway, owner, other, 'viewer');
  expect(await can()).toEqual([200, 403, 403]);
  await put(owner, other.email, 'operator');
  expect(await can()).toEqual([200, 202, 200]);
  await remove(owner, other.userId);
  expect(await can()).toEqual([404, 400, 404]);
});

it('a project keeps at least one owner, whatever an owner asks', async () => {
  for (const answer of [await put(owner, owner.email, 'viewer'), await remove(owner, owner.userId)]) {
    expect(answer).toMatchObject(LAST_OWNER);
    expectContract('putMember', answer);
  }
  expect((await put(owner, owner.email, 'owner')).status).toBe(200);
  await joinMember(gateway, owner, other, 'owner');
  expect((await remove(owner, owner.userId)).status).toBe(200);
  expect(await list(owner)).toMatchObject(NOT_FOUND);
  expect(await remove(other, other.userId)).toMatchObject(LAST_OWNER);
});

it('a project keeps at least one owner also when all of them leave at once', async () => {
  const [ann, bob, project] = [owner, other, owner.projectId];
  await addMember(gateway, project, bob, 'owner');
  const answers = await rush(
    gateway,
    { text: 'select from project_members where project_id = $1 for update', values: [project] },
    [
      () => remove(ann, ann.userId, project),
      () => put(bob, bob.email, 'viewer', project),
      () => remove(bob, bob.userId, project),
    ],
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  const owners = await gateway.sql.rows(
    `select from project_members where project_id = $1 and role = 'owner'`,
    [project],
  );
  expect(owners).toHaveLength(1);
});

it('a project lets a removal and a change of the same owner wait for each other', async () => {
  const project = owner.projectId;
  await addMember(gateway, project, other, 'owner');
  // Owners are locked in this order.
  const [first, second] = [owner, other].toSorted((a, b) => (a.userId < b.userId ? -1 : 1)) as [
    Person,
    Person,
  ];
  const answers = await rush(
    gateway,
    {
      text: 'select from project_members where project_id = $1 and user_id = $2 for update',
      values: [project, first.userId],
    },
    [() => remove(first, second.userId, project), () => put(first, second.email, 'viewer', project)],
  );
  // The one removed first is no member whose role could change: it is invited.
  expect(answers.map(({ status }) => status)).toEqual([200, 202]);
});

it.each<[string, unknown, unknown]>([
  ['no e-mail', undefined, 'viewer'],
  ['a word', 'nonsense', 'viewer'],
  ['an e-mail that is no text', { $ne: '' }, 'viewer'],
  ['an e-mail with NUL', 'a\0@test.local', 'viewer'],
  ['a huge e-mail', 'a'.repeat(10_000), 'viewer'],
  ['no role', 'a@test.local', undefined],
  ['an unknown role', 'a@test.local', 'admin'],
  ['the role of a prototype', 'a@test.local', '__proto__'],
])('the gateway refuses %s by naming the field', async (_, email, role) => {
  const answer = await put(owner, email, role);
  expectContract('putMember', answer);
  expect(answer).toMatchObject({ status: 400, body: { error: 'validation error' } });
});

it('the gateway says not found to an id that is none, and to a project that is not there', async () => {
  for (const id of ['nonsense', '%00', randomUUID()]) {
    expect(await list(owner, id)).toMatchObject(NOT_FOUND);
    expect(await put(owner, other.email, 'viewer', id)).toMatchObject(NOT_FOUND);
    expect(await remove(owner, other.userId, id)).toMatchObject(NOT_FOUND);
    expect(await remove(owner, id)).toMatchObject(NOT_FOUND);
  }
});
