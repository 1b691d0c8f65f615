/* An error has the text of the original, in the language of the caller. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import {
  call,
  createPerson,
  expectContract,
  FLOW,
  PASSWORD,
  type Sent,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const [ann, gone] = [await createPerson(gateway), await createPerson(gateway)];
await gateway.sql.rows('update users set deleted_at = clock_timestamp() where id = $1', [gone.userId]);

type Texts = [none: string, en: string, es: string];
const same = (en: string, es: string): Texts => [en, en, es];

const bearer = (token: string): Sent => ({ headers: { authorization: `Bearer ${token}` } });
const changed = () => bearer(`${ann.token.slice(0, -4)}AAAA`);
const wrongKey = (): Sent => ({ key: `gly_${'a'.repeat(43)}` });
const stream = `/v1/runs/${randomUUID()}/events/stream`;

async function texts(
  id: EndpointId,
  status: number,
  ask: (headers: Record<string, string>) => Promise<Awaited<ReturnType<typeof call>>>,
) {
  const answers = [
    await ask({}),
    await ask({ 'accept-language': 'en' }),
    await ask({ 'accept-language': 'es' }),
  ];
  for (const answer of answers) {
    expectContract(id, answer);
    expect(answer.status).toBe(status);
  }
  return answers.map(({ body }) => (body as { error: string }).error);
}

const row = (
  name: string,
  id: EndpointId,
  method: string,
  path: string,
  status: number,
  expected: Texts,
  sent: () => Sent,
) => ({ name, id, method, path, status, expected, sent });

describe('an error says what the original says, in the language of the caller', () => {
  const INVALID_JSON = same('invalid JSON body', 'cuerpo JSON inválido');
  const LABEL = same('label is required', 'label requerido');
  const CREDENTIALS = same('email and password are required', 'email y password requeridos');
  const PROJECT = same('project is required', 'project requerido');
  const EXPIRED = same('session expired, please log in again', 'sesión expirada, vuelve a iniciar sesión');
  const UNAUTHORIZED = same('unauthorized', 'no autorizado');
  const login = (body: unknown) => () => ({ body });
  const annSends = (body: unknown) => () => ({ as: ann, body });
  const flow = () => FLOW(ann.projectId);

  it.each([
    row(
      'a wrong password',
      'login',
      'POST',
      '/v1/auth/login',
      401,
      same('invalid credentials', 'credenciales inválidas'),
      () => ({ body: { email: ann.email, password: 'wrong' } }),
    ),
    row(
      'an unknown e-mail',
      'login',
      'POST',
      '/v1/auth/login',
      401,
      same('invalid credentials', 'credenciales inválidas'),
      login({ email: 'nobody@test.local', password: PASSWORD }),
    ),
    row('a login of nothing', 'login', 'POST', '/v1/auth/login', 400, CREDENTIALS, login({})),
    row(
      'a login without a password',
      'login',
      'POST',
      '/v1/auth/login',
      400,
      CREDENTIALS,
      login({ email: 'a@b.c' }),
    ),
    row(
      'a login with a number',
      'login',
      'POST',
      '/v1/auth/login',
      400,
      CREDENTIALS,
      login({ email: 1, password: 'x' }),
    ),
    row('a body that is no JSON', 'login', 'POST', '/v1/auth/login', 400, INVALID_JSON, () => ({
      text: '{',
    })),
    row(
      'a changed token',
      'me',
      'GET',
      '/v1/auth/me',
      401,
      same('invalid or expired token', 'token inválido o expirado'),
      changed,
    ),
    row('the token of a deleted user', 'me', 'GET', '/v1/auth/me', 401, EXPIRED, () => ({ as: gone })),
    row(
      'an unknown key',
      'me',
      'GET',
      '/v1/auth/me',
      401,
      same('invalid API key', 'API Key inválida'),
      wrongKey,
    ),
    row('no credentials', 'me', 'GET', '/v1/auth/me', 401, UNAUTHORIZED, () => ({})),
    row('a changed token', 'listRuns', 'GET', '/v1/runs', 401, UNAUTHORIZED, changed),
    row('an unknown key', 'listRuns', 'GET', '/v1/runs', 401, UNAUTHORIZED, wrongKey),
    row('the token of a deleted user', 'listRuns', 'GET', '/v1/runs', 401, EXPIRED, () => ({ as: gone })),
    row(
      'the token of a deleted user',
      'cancelRun',
      'POST',
      `/v1/runs/${randomUUID()}/cancel`,
      401,
      UNAUTHORIZED,
      () => ({ as: gone }),
    ),
    row(
      'a changed token',
      'cancelRun',
      'POST',
      `/v1/runs/${randomUUID()}/cancel`,
      401,
      UNAUTHORIZED,
      changed,
    ),
    row('a project without a label', 'createProject', 'POST', '/v1/projects', 400, LABEL, annSends({})),
    row(
      'a project with a blank label',
      'createProject',
      'POST',
      '/v1/projects',
      400,
      LABEL,
      annSends({ label: ' ' }),
    ),
    row('a key without a label', 'createApiKey', 'POST', '/v1/api-keys', 400, LABEL, annSends({})),
    row('a run of nothing', 'startRun', 'POST', '/v1/run', 400, PROJECT, annSends({})),
    row('a run without a project', 'startRun', 'POST', '/v1/run', 400, PROJECT, () => ({
      as: ann,
      body: { ...flow(), project: undefined },
    })),
    row(
      'a run of an unknown project',
      'startRun',
      'POST',
      '/v1/run',
      400,
      same('invalid project', 'project inválido'),
      () => ({ as: ann, body: { ...flow(), project: randomUUID() } }),
    ),
    row(
      'a run without steps',
      'startRun',
      'POST',
      '/v1/run',
      400,
      same('validation error', 'validación'),
      () => ({ as: ann, body: { ...flow(), steps: [] } }),
    ),
    row(
      'a stream of no run',
      'streamRun',
      'GET',
      stream,
      404,
      same('run not found', 'run no encontrado'),
      () => ({ as: ann }),
    ),
    row(
      'a stream of a malformed id',
      'streamRun',
      'GET',
      '/v1/runs/nonsense/events/stream',
      404,
      same('run not found', 'run no encontrado'),
      () => ({ as: ann }),
    ),
  ])('$name at $method $path', async ({ id, method, path, status, expected, sent }) => {
    const given = sent();
    const ask = (headers: Record<string, string>) =>
      call(gateway, method, path, { ...given, headers: { ...given.headers, ...headers } });
    expect(await texts(id, status, ask)).toEqual(expected);
  });

  it('and a start of nothing still names every field that is missing, the project first', async () => {
    const { body } = await call(gateway, 'POST', '/v1/run', { as: ann, body: {} });
    const { issues } = (body as { details: { issues: { path: string; message: string }[] } }).details;
    expect(issues.map(({ path }) => path)).toEqual(['project', 'baseUrl', 'steps']);
  });
});

describe('names that every object inherits', () => {
  const NAMES = [
    'constructor',
    'hasOwnProperty',
    'valueOf',
    'isPrototypeOf',
    '__defineGetter__',
    'length',
    '\0',
    '\ud800',
  ];
  it.each(NAMES)('a rerun with the field %j is answered as the contract says', async (name) => {
    const id = await startRun(gateway, ann);
    for (const value of ['\0', { [name]: '\ud800' }, null, []]) {
      const answer = await call(gateway, 'POST', `/v1/runs/${id}/rerun`, {
        as: ann,
        body: { [name]: value },
      });
      expectContract('rerunRun', answer);
      expect([202, 400]).toContain(answer.status);
      if (value === '\0') expect(answer).toMatchObject({ status: 400, body: { error: 'validation error' } });
    }
  });
});
