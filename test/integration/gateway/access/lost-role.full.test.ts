/* I11: a caller who loses a role or an account while a request waits changes nothing by it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { everyNth } from '../../../support/share.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  inviteTo,
  PASSWORD,
  type Person,
  type Received,
  type Sent,
  useGateway,
} from '../fixture.ts';
import { rush } from '../runs/rush.ts';
import { addSecret } from '../secrets/secrets.ts';

/* I11: a caller who loses a role, a key or an account while its request waits has lost it for that request too. */

let owner: Person;
let sender: Person;
let member: Person;
let project: string;
let invitation: string;

const gateway = await useGateway();
const admin = await createPerson(gateway, 'admin');
beforeEach(async () => {
  [owner, sender, member] = [
    await createPerson(gateway),
    await createPerson(gateway),
    await createPerson(gateway),
  ];
  project = owner.projectId;
  await addMember(gateway, project, sender, 'owner');
  await addMember(gateway, project, member, 'viewer');
  invitation = await inviteTo(gateway, project, { by: owner, email: 'invited@test.local' });
  await addSecret(gateway, project, owner, 'shop');
});

type Credentials = Pick<Sent, 'as' | 'key'>;
const path = (rest = '') => `/v1/projects/${project}${rest}`;
const put = (by: Credentials, email: string, role: string) =>
  call(gateway, 'POST', path('/members'), { ...by, body: { email, role } });
const remove = (by: Credentials, { userId }: Person) =>
  call(gateway, 'DELETE', path(`/members/${userId}`), by);

type Change =
  | 'putMember'
  | 'removeMember'
  | 'withdrawInvitation'
  | 'putSecret'
  | 'deleteSecret'
  | 'deleteProject';
const SECRET = { kind: 'text', value: 'a new value', origins: ['https://example.com'] };
const CHANGES: [string, Change, (by: Credentials) => Promise<Received>, number][] = [
  ['changes a role', 'putMember', (by) => put(by, member.email, 'owner'), 200],
  ['invites', 'putMember', (by) => put(by, 'another@test.local', 'owner'), 202],
  ['removes a member', 'removeMember', (by) => remove(by, member), 200],
  [
    'withdraws an invitation',
    'withdrawInvitation',
    (by) => call(gateway, 'DELETE', path(`/invitations/${invitation}`), by),
    200,
  ],
  [
    'gives a secret a value',
    'putSecret',
    (by) => call(gateway, 'PUT', path('/secrets/shop'), { ...by, body: SECRET }),
    200,
  ],
  ['deletes a secret', 'deleteSecret', (by) => call(gateway, 'DELETE', path('/secrets/shop'), by), 200],
  ['deletes the project', 'deleteProject', (by) => call(gateway, 'DELETE', path(), by), 200],
];

/** All of the project that a change could touch, but what its sender is. */
const touched = async () => ({
  projects: await gateway.sql.rows('select id from projects where id = $1', [project]),
  members: await gateway.sql.rows(
    `select user_id, role from project_members where project_id = $1 and user_id <> $2 order by user_id`,
    [project, sender.userId],
  ),
  secrets: await gateway.sql.rows('select * from secrets where project_id = $1', [project]),
  invitations: await gateway.sql.rows('select id, email from project_invitations where project_id = $1', [
    project,
  ]),
});

describe.each(everyNth(2, CHANGES))('an owner who %s', (_, id, change, done) => {
  it.each<[string, string, number]>([
    ['demoted', `update project_members set role = 'operator' where project_id = $1 and user_id = $2`, 403],
    ['removed', 'delete from project_members where project_id = $1 and user_id = $2', 404],
  ])('and is %s meanwhile changes nothing', async (__, text, status) => {
    const before = await touched();
    const lost = { text, values: [project, sender.userId] };
    const [answer] = await rush(gateway, lost, [() => change({ as: sender })]);
    expectContract(id, answer!);
    expect(answer!.status).toBe(status);
    expect(await touched()).toEqual(before);
  });

  it('and is deleted meanwhile changes nothing', async () => {
    const before = await touched();
    const lost = {
      text: `with gone as (delete from project_members where user_id = $1)
        update users set deleted_at = clock_timestamp() where id = $1`,
      values: [sender.userId],
    };
    const [answer] = await rush(gateway, lost, [() => change({ as: sender })]);
    expectContract(id, answer!);
    expect(answer!.status).toBe(401);
    expect(await touched()).toEqual(before);
  });

  it('by an admin key that is revoked meanwhile changes nothing', async () => {
    const key = await createKey(gateway, admin, ['admin']);
    const before = await touched();
    const lost = { text: 'delete from api_keys where user_id = $1', values: [admin.userId] };
    const [answer] = await rush(gateway, lost, [() => change({ key })]);
    expectContract(id, answer!);
    expect(answer!.status).toBe(401);
    expect(await touched()).toEqual(before);
  });

  it.each<[string, () => Promise<Received>]>([
    ['demotion', () => put({ as: owner }, sender.email, 'viewer')],
    ['removal', () => remove({ as: owner }, sender)],
  ])('comes before the %s, or is refused', async (__, end) => {
    const row = { text: 'select from users where id = $1 for update', values: [sender.userId] };
    const before = await touched();
    const late = await rush(gateway, row, [end, () => change({ as: sender })]);
    expect(late[0]!.status).toBe(200);
    expect([403, 404]).toContain(late[1]!.status);
    expect(await touched()).toEqual(before);
    await gateway.sql.rows(
      `insert into project_members values ($1, $2, 'owner')
       on conflict (project_id, user_id) do update set role = 'owner'`,
      [project, sender.userId],
    );
    const [early] = await rush(gateway, row, [() => change({ as: sender }), end]);
    expect(early!.status).toBe(done);
  });
});

it('an admin key needs no role in the project, and its user none either', async () => {
  const key = await createKey(gateway, admin, ['admin']);
  for (const [, id, change, done] of CHANGES) {
    const answer = await change({ key });
    expectContract(id, answer);
    expect(answer.status).toBe(done);
  }
});

it('whatever is changed at once, nothing waits for what waits for it', async () => {
  const key = await createKey(gateway, admin, ['admin']);
  const owners = [owner, sender];
  for (let n = 0; n < 3; n += 1) {
    const more = await createPerson(gateway);
    await addMember(gateway, project, more, 'owner');
    owners.push(more);
  }
  const requests = owners.flatMap((by, n) => {
    const next = owners[(n + 1) % owners.length]!;
    return [
      () => put({ as: by }, next.email, 'operator'),
      () => put({ as: by }, `of-${n}@test.local`, 'viewer'),
      () => put({ key }, next.email, 'owner'),
      () => remove({ as: by }, next),
      () => call(gateway, 'DELETE', path(`/invitations/${invitation}`), { as: by }),
    ];
  });
  requests.push(
    () => call(gateway, 'DELETE', `/v1/users/${sender.userId}`, { as: admin }),
    () => call(gateway, 'DELETE', path(), { key }),
  );
  const answers = await Promise.all(requests.map((request) => request()));
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
});

describe('a key that is revoked meanwhile', () => {
  const projects = (by: Credentials) =>
    call(gateway, 'POST', '/v1/projects', { ...by, body: { label: 'late' } });
  const keys = (by: Credentials) =>
    call(gateway, 'POST', '/v1/api-keys', { ...by, body: { label: 'late', scopes: ['runs:write'] } });

  it.each([
    ['createProject', projects],
    ['createApiKey', keys],
  ] as const)('gets nothing from %s', async (id, make) => {
    const key = await createKey(gateway, sender, ['runs:write']);
    const lost = { text: 'delete from api_keys where user_id = $1', values: [sender.userId] };
    const [answer] = await rush(gateway, lost, [() => make({ key })]);
    expectContract(id, answer!);
    expect(answer!.status).toBe(401);
    const left = `select label from api_keys where user_id = $1 union all
      select label from projects join project_members on project_id = id where user_id = $1 and label = 'late'`;
    expect(await gateway.sql.rows(left, [sender.userId])).toEqual([]);
  });

  it('revokes no other key', async () => {
    const key = await createKey(gateway, sender, ['runs:write']);
    const [acting] = await keysOf(sender);
    await createKey(gateway, sender, ['runs:write']);
    const kept = (await keysOf(sender)).find(({ id }) => id !== acting!.id)!;
    const lost = { text: 'delete from api_keys where id = $1', values: [acting!.id] };
    const [answer] = await rush(gateway, lost, [
      () => call(gateway, 'DELETE', `/v1/api-keys/${kept.id}`, { key }),
    ]);
    expectContract('deleteApiKey', answer!);
    expect(answer!.status).toBe(401);
    expect(await keysOf(sender)).toEqual([kept]);
  });

  const keysOf = ({ userId }: Person) =>
    gateway.sql.rows<{ id: string }>('select id from api_keys where user_id = $1', [userId]);
});

describe('an admin who is deleted meanwhile', () => {
  const row = (person: Person) => ({
    text: 'select from users where id = $1 for update',
    values: [person.userId],
  });
  const removeUser = (as: Person, { userId }: Person) =>
    call(gateway, 'DELETE', `/v1/users/${userId}`, { as });

  it('adds no user', async () => {
    const leaving = await createPerson(gateway, 'admin');
    const body = { email: 'late-admin@test.local', password: PASSWORD, role: 'admin' };
    const answers = await rush(gateway, row(leaving), [
      () => removeUser(admin, leaving),
      () => call(gateway, 'POST', '/v1/auth/register', { as: leaving, body }),
    ]);
    expectContract('register', answers[1]!);
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    expect(await gateway.sql.rows('select from users where email = $1', [body.email])).toEqual([]);
  });

  it('deletes no user, and inherits no project', async () => {
    const leaving = await createPerson(gateway, 'admin');
    await addMember(gateway, member.projectId, owner, 'viewer');
    const answers = await rush(gateway, row(leaving), [
      () => removeUser(admin, leaving),
      () => removeUser(leaving, member),
    ]);
    expectContract('deleteUser', answers[1]!);
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    expect((await call(gateway, 'GET', '/v1/auth/me', { as: member })).status).toBe(200);
  });
});
