/* I13: a user has no more projects, memberships, keys and invitations than allowed, also by asking twice at once. */
import { describe, expect, it } from 'vitest';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  inviteTo,
  type Person,
  type Received,
  useGateway,
} from '../fixture.ts';
import { rush } from '../runs/rush.ts';

const accountLimits = { projects: 3, memberships: 5, keys: 2, projectInvitations: 3, userInvitations: 4 };
const gateway = await useGateway({
  config: {
    GHOSTLY_MAX_PROJECTS_PER_USER: accountLimits.projects,
    GHOSTLY_MAX_MEMBERSHIPS_PER_USER: accountLimits.memberships,
    GHOSTLY_MAX_KEYS_PER_USER: accountLimits.keys,
    GHOSTLY_MAX_INVITATIONS_PER_PROJECT: accountLimits.projectInvitations,
    GHOSTLY_MAX_INVITATIONS_PER_USER: accountLimits.userInvitations,
  },
});

async function makeProject(as: Person): Promise<Received> {
  const answer = await call(gateway, 'POST', '/v1/projects', { as, body: { label: 'one more' } });
  expectContract('createProject', answer);
  return answer;
}
async function makeKey(as: Person, more = {}): Promise<Received> {
  const answer = await call(gateway, 'POST', '/v1/api-keys', { as, body: { label: 'one more', ...more } });
  expectContract('createApiKey', answer);
  return answer;
}
/** All of them wait for the user's row, and then go on together. */
const atOnce = (person: Person, requests: (() => Promise<Received>)[]) =>
  rush(gateway, { text: 'select from users where id = $1 for update', values: [person.userId] }, requests);
const sorted = (answers: Received[]) =>
  answers.map(({ status, body }) => [status, (body as { error?: string }).error]).toSorted();

describe('I13: what one user may have', () => {
  it('of two projects that are made at once the last place goes to one', async () => {
    const ann = await createPerson(gateway);
    expect((await makeProject(ann)).status).toBe(201);
    expect(sorted(await atOnce(ann, [() => makeProject(ann), () => makeProject(ann)]))).toEqual([
      [201, undefined],
      [400, 'too many projects: delete one first'],
    ]);
    const spanish = await call(gateway, 'POST', '/v1/projects', {
      as: ann,
      body: { label: 'uno más' },
      headers: { 'accept-language': 'es' },
    });
    expect(spanish.body).toEqual({ ok: false, error: 'demasiados proyectos: elimina uno antes' });
  });

  it('a project that is deleted makes room for the next one', async () => {
    const ann = await createPerson(gateway);
    await makeProject(ann);
    const { body } = await makeProject(ann);
    expect((await makeProject(ann)).status).toBe(400);
    await call(gateway, 'DELETE', `/v1/projects/${(body as { id: string }).id}`, { as: ann });
    expect((await makeProject(ann)).status).toBe(201);
  });

  it("the projects of others that a user is in count too, as memberships, and one user's do not touch another", async () => {
    const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
    for (let n = 0; n < 3; n += 1) {
      const owner = await createPerson(gateway);
      await addMember(gateway, owner.projectId, ann, 'viewer');
    }
    expect(sorted(await atOnce(ann, [() => makeProject(ann), () => makeProject(ann)]))).toEqual([
      [201, undefined],
      [400, 'the user is in as many projects as a user may be'],
    ]);
    expect((await makeProject(bob)).status).toBe(201);
  });

  it('of two invitations that are accepted at once one finds room, and the other can be accepted later', async () => {
    const ann = await createPerson(gateway);
    const hosts = await Promise.all(Array.from({ length: 5 }, () => createPerson(gateway)));
    for (const host of hosts.slice(0, 3)) await addMember(gateway, host.projectId, ann, 'viewer');
    const join = hosts.slice(3).map((host) => async () => {
      const id = await inviteTo(gateway, host.projectId, { by: host, email: ann.email });
      return () => call(gateway, 'POST', `/v1/invitations/${id}/accept`, { as: ann });
    });
    const answers = await atOnce(ann, [await join[0]!(), await join[1]!()]);
    for (const answer of answers) expectContract('acceptInvitation', answer);
    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
    expect(answers[1]!.body).toEqual({
      ok: false,
      error: 'the user is in as many projects as a user may be',
    });
    const waiting = (await call(gateway, 'GET', '/v1/invitations', { as: ann })).body as { id: string }[];
    expect(waiting).toHaveLength(1);
    const leave = `/v1/projects/${hosts[0]!.projectId}/members/${ann.userId}`;
    expect((await call(gateway, 'DELETE', leave, { as: hosts[0]! })).status).toBe(200);
    const later = await call(gateway, 'POST', `/v1/invitations/${waiting[0]!.id}/accept`, { as: ann });
    expect(later.status).toBe(200);
  });

  it('of two keys that are made at once the last place goes to one', async () => {
    const ann = await createPerson(gateway);
    expect((await makeKey(ann)).status).toBe(201);
    expect(sorted(await atOnce(ann, [() => makeKey(ann), () => makeKey(ann)]))).toEqual([
      [201, undefined],
      [400, 'too many API keys: delete one first'],
    ]);
  });

  it('keys that have expired make room, and those that have not stay', async () => {
    const ann = await createPerson(gateway);
    const { body } = await makeKey(ann, { label: 'stays' });
    await makeKey(ann, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await makeKey(ann)).status).toBe(400);
    await gateway.sql.rows(
      `update api_keys set expires_at = clock_timestamp() where user_id = $1 and expires_at is not null`,
      [ann.userId],
    );
    expect((await makeKey(ann, { label: 'new' })).status).toBe(201);
    const listed = (await call(gateway, 'GET', '/v1/api-keys', { as: ann })).body as { label: string }[];
    expect(listed.map(({ label }) => label)).toEqual(['new', 'stays']);
    expect((body as { label: string }).label).toBe('stays');
    expect((await makeKey(ann)).status).toBe(400);
  });

  it('a user that is deleted meanwhile gets neither a project nor a key', async () => {
    const ann = await createPerson(gateway);
    const text = 'update users set deleted_at = clock_timestamp() where id = $1';
    const answers = await rush(gateway, { text, values: [ann.userId] }, [
      () => makeProject(ann),
      () => makeKey(ann),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });
});

describe('I13: invitations that wait', () => {
  const invite = async (by: Person, email: string, project = by.projectId) => {
    const path = `/v1/projects/${project}/members`;
    const answer = await call(gateway, 'POST', path, { as: by, body: { email, role: 'viewer' } });
    expectContract('putMember', answer);
    return answer;
  };
  const expire = ({ body }: Received) =>
    gateway.sql.rows('update project_invitations set expires_at = clock_timestamp() where id = $1', [
      (body as { id: string }).id,
    ]);
  const TOO_MANY = [400, 'too many pending invitations'];

  it('of a project: of two that are sent at once the last place goes to one; one that is over makes room', async () => {
    const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
    await addMember(gateway, ann.projectId, bob, 'owner');
    await invite(ann, 'one@test.local');
    const second = await invite(bob, 'two@test.local', ann.projectId);
    const project = { text: 'select from projects where id = $1 for update', values: [ann.projectId] };
    const answers = await rush(gateway, project, [
      () => invite(ann, 'three@test.local'),
      () => invite(bob, 'four@test.local', ann.projectId),
    ]);
    expect(sorted(answers)).toEqual([[202, undefined], TOO_MANY]);
    // Anew is not one more.
    expect((await invite(ann, 'two@test.local')).status).toBe(202);
    await expire(await invite(ann, 'two@test.local'));
    expect((await invite(bob, 'four@test.local', ann.projectId)).status).toBe(202);
    expect(second.status).toBe(202);
  });

  it('of one who invites, in all projects: taking one over from another counts too', async () => {
    const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
    await addMember(gateway, ann.projectId, bob, 'owner');
    const { body } = await makeProject(bob);
    const second = (body as { id: string }).id;
    for (const email of ['one@test.local', 'two@test.local']) {
      await invite(bob, email);
      await invite(bob, email, second);
    }
    expect((await invite(ann, 'three@test.local')).status).toBe(202);
    expect(sorted([await invite(bob, 'three@test.local', ann.projectId)])).toEqual([TOO_MANY]);
    expect(sorted([await invite(bob, 'four@test.local', ann.projectId)])).toEqual([TOO_MANY]);
    expect((await invite(bob, 'two@test.local')).status).toBe(202);
  });
});
