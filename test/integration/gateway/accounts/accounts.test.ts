/* I10: a failed login tells nothing of who has an account; users and projects are made by those who may. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  PASSWORD,
  type Person,
  randomName,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const admin = await createPerson(gateway, 'admin');

const login = (body: unknown) => call(gateway, 'POST', '/v1/auth/login', { body });
const register = (as: Person, body: unknown) => call(gateway, 'POST', '/v1/auth/register', { as, body });
const FORBIDDEN = { status: 403, body: { ok: false, error: 'forbidden' } };
const NOT_FOUND = { status: 404, body: { ok: false, error: 'not found' } };

describe('logging in', () => {
  it("answers a token and the user; the e-mail's case does not matter", async () => {
    const answer = await login({ email: ` ${ann.email.toUpperCase()}`, password: PASSWORD });
    expectContract('login', answer);
    expect(answer).toMatchObject({
      status: 200,
      body: { ok: true, user: { id: ann.userId, email: ann.email, role: 'member' } },
    });
    const { token } = answer.body as { token: string };
    const me = await call(gateway, 'GET', '/v1/auth/me', { as: { ...ann, token } });
    expectContract('me', me);
    expect(me.body).toEqual({ ok: true, user: { id: ann.userId, email: ann.email, role: 'member' } });
  });

  it('says the same to a wrong password and to an unknown e-mail', async () => {
    for (const email of [ann.email, 'nobody@test.local'])
      expect(await login({ email, password: 'wrong' })).toMatchObject({
        status: 401,
        body: { ok: false, error: 'invalid credentials' },
      });
  });

  it('names what is missing', async () => {
    const answer = await login({});
    expectContract('login', answer);
    expect(answer).toMatchObject({
      status: 400,
      body: { details: { fieldErrors: { email: ['is required'], password: ['is required'] } } },
    });
  });

  it('I10: leaves neither password nor token in the log', () => {
    expect(gateway.lines.length).toBeGreaterThan(0);
    for (const secret of [PASSWORD, ann.token, 'argon2'])
      expect(gateway.lines.join('')).not.toContain(secret);
  });
});

describe('registering', () => {
  it('is for admins, and gives the user a project', async () => {
    const email = `${randomName()}@Test.Local`;
    const answer = await register(admin, { email, password: PASSWORD });
    expectContract('register', answer);
    expect(answer).toMatchObject({
      status: 201,
      body: { ok: true, user: { email: email.toLowerCase(), role: 'member' } },
    });
    const { token } = (await login({ email, password: PASSWORD })).body as { token: string };
    const projects = await call(gateway, 'GET', '/v1/projects', { as: { ...ann, token } });
    expect(projects.body).toEqual([
      {
        id: expect.any(String),
        label: 'Default',
        color: '#6366f1',
        createdAt: expect.any(String),
        role: 'owner',
        answerLinks: true,
      },
    ]);
  });

  it('refuses an e-mail that is taken, in any case, also when both come at once', async () => {
    const email = `${randomName()}@test.local`;
    const answers = await Promise.all([
      register(admin, { email, password: PASSWORD }),
      register(admin, { email: email.toUpperCase(), password: PASSWORD }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    for (const answer of answers) expectContract('register', answer);
    const users = await gateway.sql.rows('select from users where email = $1', [email]);
    expect(users).toHaveLength(1);
    const orphans = await gateway.sql.rows(
      'select from projects where id not in (select project_id from project_members)',
    );
    expect(orphans).toHaveLength(0);
  });

  it("refuses a member, and an admin's key without the scope", async () => {
    const body = { email: 'x@test.local', password: PASSWORD };
    const refused = { status: 403, body: { error: 'only an admin can create users' } };
    expect(await register(ann, body)).toMatchObject(refused);
    const key = await createKey(gateway, admin, ['runs:read', 'runs:write', 'runs:cancel']);
    expect(await call(gateway, 'POST', '/v1/auth/register', { key, body })).toMatchObject(refused);
    const headers = { 'accept-language': 'es' };
    const answer = await call(gateway, 'POST', '/v1/auth/register', { key, body, headers });
    expect(answer.body).toMatchObject({ error: 'solo el admin puede crear usuarios' });
  });

  it.each<[string, object, string]>([
    ['no e-mail', { password: PASSWORD }, 'email'],
    ['no address', { email: 'nobody', password: PASSWORD }, 'email'],
    ['a long e-mail', { email: `${'a'.repeat(250)}@test.local`, password: PASSWORD }, 'email'],
    ['a short password', { email: 'a@test.local', password: 'short' }, 'password'],
    ['a long password', { email: 'a@test.local', password: 'p'.repeat(1_025) }, 'password'],
    ['an unknown role', { email: 'a@test.local', password: PASSWORD, role: 'root' }, 'role'],
    ['NUL', { email: 'a\0@test.local', password: PASSWORD }, 'email'],
  ])('refuses %s by naming the field', async (_, body, field) => {
    const answer = await register(admin, body);
    expectContract('register', answer);
    expect(answer.status).toBe(400);
    expect(Object.keys((answer.body as { details: { fieldErrors: object } }).details.fieldErrors)).toEqual([
      field,
    ]);
  });
});

describe('projects', () => {
  const create = (as: Person, body: unknown) => call(gateway, 'POST', '/v1/projects', { as, body });
  const remove = (as: Person, id: string) => call(gateway, 'DELETE', `/v1/projects/${id}`, { as });
  const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id;

  it('are made for their maker, and listed to members only', async () => {
    const person = await createPerson(gateway);
    const answer = await create(person, { label: ' Shop ', color: '#FF0000' });
    expectContract('createProject', answer);
    expect(answer).toMatchObject({ status: 201, body: { label: 'Shop', color: '#FF0000' } });
    expect((await create(person, { label: 'Plain' })).body).toMatchObject({ color: '#6366f1' });
    const list = await call(gateway, 'GET', '/v1/projects', { as: person });
    expectContract('listProjects', list);
    expect((list.body as { label: string }[]).map(({ label }) => label)).toEqual([
      'Default',
      'Shop',
      'Plain',
    ]);
    const others = await call(gateway, 'GET', '/v1/projects', { as: admin });
    expect(JSON.stringify(others.body)).not.toContain('Shop');
    await startRun(gateway, person, idOf(answer));
  });

  it.each([
    [{}, 'label'],
    [{ label: ' ' }, 'label'],
    [{ label: 'x', color: 'c'.repeat(65) }, 'color'],
    [{ label: 'a\0' }, 'label'],
  ])('refuse %j by naming %s', async (body, field) => {
    const answer = await create(ann, body);
    expectContract('createProject', answer);
    expect(answer).toMatchObject({ status: 400, body: { details: { issues: [{ path: field }] } } });
  });

  it('are removed by an owner; the runs stay with the users who started them', async () => {
    const [owner, operator] = [await createPerson(gateway), await createPerson(gateway)];
    const id = owner.projectId;
    await addMember(gateway, id, operator, 'operator');
    const [mine, theirs] = [await startRun(gateway, owner), await startRun(gateway, operator, id)];
    expect(await remove(operator, id)).toMatchObject(FORBIDDEN);
    expect(await remove(ann, id)).toMatchObject(NOT_FOUND);
    expect(await remove(admin, id)).toMatchObject(FORBIDDEN);
    const answer = await remove(owner, id);
    expectContract('deleteProject', answer);
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    for (const missing of [id, randomUUID(), 'nonsense'])
      expect(await remove(owner, missing)).toMatchObject(NOT_FOUND);
    expect((await call(gateway, 'GET', `/v1/runs/${mine}`, { as: owner })).status).toBe(200);
    expect(await call(gateway, 'GET', `/v1/runs/${theirs}`, { as: owner })).toMatchObject(NOT_FOUND);
  });
});
