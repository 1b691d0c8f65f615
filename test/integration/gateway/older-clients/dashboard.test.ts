/* I11: the dashboard of the original can make each of its calls, and finds what it reads in the answers. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '#shared/platform/process/version.ts';
import { dashboard, dashboardArtifact, type OlderRun } from '../../../support/http/older-clients.ts';
import { createPerson, PASSWORD, useGateway } from '../fixture.ts';

/** Every call of the original's dashboard, and what it reads of each answer. */

const gateway = await useGateway();
const ann = await createPerson(gateway);
const call = dashboard(gateway.url, ann.token);

const FORM = () => ({
  baseUrl: 'http://127.0.0.1:1/',
  steps: [
    { action: 'goto', url: '/' },
    { action: 'waitForSelector', selector: 'h1' },
  ],
  project: ann.projectId,
  headless: true,
  captureScreenshotAfterEachStep: true,
  recordVideoOnFailure: false,
});
const start = async () => (await call<{ id: string }>('POST', '/v1/run', FORM())).body.id;

describe('signing in', () => {
  it('gives a token and the user', async () => {
    const body = { email: ann.email, password: PASSWORD };
    const answer = await dashboard(gateway.url)('POST', '/v1/auth/login', body);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ok: true,
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        user: { id: ann.userId, email: ann.email, role: 'member' },
      },
    });
  });

  it('is refused with a text in the language of the user', async () => {
    const body = { email: ann.email, password: 'wrong' };
    const errors = [];
    for (const language of ['en', 'es'])
      errors.push(await dashboard(gateway.url, undefined, language)('POST', '/v1/auth/login', body));
    expect(errors).toMatchObject([
      { status: 401, body: { error: 'invalid credentials' } },
      { status: 401, body: { error: 'credenciales inválidas' } },
    ]);
  });

  it('is looked at again when the page opens', async () => {
    expect(await call('GET', '/v1/auth/me')).toMatchObject({
      status: 200,
      body: { user: { id: ann.userId, email: ann.email, role: 'member' } },
    });
    expect(await dashboard(gateway.url, 'a.b.c')('GET', '/v1/auth/me')).toMatchObject({ ok: false });
  });
});

it('ping: no assisted flows are offered', async () => {
  expect((await call('GET', '/v1/ping')).body).toMatchObject({ ok: true, assistConfigured: false });
});

it('version: the current one, and no update; asking for one all the same is refused', async () => {
  expect((await call('GET', '/v1/version')).body).toEqual({
    current: VERSION,
    latest: VERSION,
    updateAvailable: false,
  });
  expect(await call('POST', '/v1/update')).toMatchObject({
    status: 501,
    body: { ok: false, error: 'this server does not update itself' },
  });
});

it('projects: listed, made with a colour, and removed', async () => {
  const made = await call<{ id: string }>('POST', '/v1/projects', { label: 'Shop', color: '#ef4444' });
  expect(made).toMatchObject({ status: 201, body: { label: 'Shop', color: '#ef4444' } });
  expect((await call('GET', '/v1/projects')).body).toContainEqual(made.body);
  expect(await call('DELETE', `/v1/projects/${made.body.id}`)).toMatchObject({
    status: 200,
    body: { ok: true },
  });
  expect((await call('GET', '/v1/projects')).body).not.toContainEqual(made.body);
});

describe('runs', () => {
  it('are started by the form', async () => {
    expect(await call('POST', '/v1/run', FORM())).toMatchObject({
      status: 202,
      body: { id: expect.any(String), status: 'running' },
    });
  });

  it.each<[string, object, string]>([
    ['bad steps', { steps: [{ action: 'dance' }] }, 'validation error'],
    ['no steps', { steps: [] }, 'validation error'],
    ['a project that is gone', { project: '00000000-0000-4000-8000-000000000000' }, 'invalid project'],
  ])('with %s are refused with a text', async (_, change, error) => {
    const answer = await call('POST', '/v1/run', { ...FORM(), ...change });
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });

  it('are listed with what a row shows', async () => {
    const id = await start();
    for (const path of ['/v1/runs', `/v1/runs?project=${encodeURIComponent(ann.projectId)}`]) {
      const { status, body } = await call<OlderRun[]>('GET', path);
      expect(status).toBe(200);
      expect(body[0]).toMatchObject({
        id,
        status: 'running',
        startedAt: expect.any(String),
        durationMs: 0,
        baseUrl: 'http://127.0.0.1:1/',
        project: ann.projectId,
        steps: [],
      });
    }
  });

  it('are read one by one; one that is not there is a 404', async () => {
    const id = await start();
    expect((await call<OlderRun>('GET', `/v1/runs/${id}`)).body).toMatchObject({ id, steps: [], events: [] });
    expect((await call('GET', '/v1/runs/gone')).status).toBe(404);
  });

  it('are cancelled without a body', async () => {
    const id = await start();
    expect(await call('POST', `/v1/runs/${id}/cancel`)).toMatchObject({
      status: 200,
      body: { ok: true, id, status: 'cancelling' },
    });
    expect((await call<OlderRun>('GET', `/v1/runs/${id}`)).body.status).toBe('cancelling');
  });

  it('that are over are not, and a text says so', async () => {
    const id = await start();
    await gateway.sql.rows(
      `update runs set status = 'pass', state = 'pass', finished_at = clock_timestamp() where id = $1`,
      [id],
    );
    expect(await call('POST', `/v1/runs/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { error: 'run already finished' },
    });
  });
});

describe('pictures and videos', () => {
  it.each([
    ['0', 'png'],
    ['video', 'webm'],
  ])(
    'I11: %s.%s is found by the last part of its path and the token, by those who may see the run',
    async (name, type) => {
      const id = await start();
      const file = `1-${name}-${id}.${type}`;
      await writeFile(join(await gateway.artifactFolder(id), file), name);
      const path = `${id}/${file}`;
      const statusWith = async (token: string) =>
        (await fetch(`${gateway.url}${dashboardArtifact(path, token)}`)).status;
      const stranger = await createPerson(gateway);
      expect(await statusWith(ann.token)).toBe(200);
      expect(await statusWith(stranger.token)).toBe(404);
      expect(await statusWith('a.b.c')).toBe(401);
      expect(await (await fetch(`${gateway.url}${dashboardArtifact(path, ann.token)}`)).text()).toBe(name);
      expect((await fetch(`${gateway.url}/artifacts/${path}?token=${ann.token}`)).status).toBe(200);
    },
  );

  it.each(['1-0.png', 'nonsense', '..%2Fsecret', '.hidden', '1-0-00000000-0000-4000-8000-000000000000.png'])(
    'I11: %s alone says nothing, and is not found',
    async (name) => {
      expect(await call('GET', `/artifacts/${name}`)).toMatchObject({
        status: 404,
        body: { error: 'not found' },
      });
    },
  );
});

it.each([
  ['en', 'None: this service has no language models'],
  ['es', 'Ninguno: este servicio no tiene modelos de lenguaje'],
])('settings (%s): the only provider that can be chosen says that there is none', async (language, label) => {
  const ask = dashboard(gateway.url, ann.token, language);
  const { status, body } = await ask<{ providers: { id: string; modelOptions: { id: string }[] }[] }>(
    'GET',
    '/v1/settings/llm/providers',
  );
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { providers: [{ label, kind: 'http', needsApiKey: false, supportsLiveModels: false }] },
  });
  const [provider] = body.providers;
  // The page chooses these, or its Save would do nothing; that is refused with a text (below).
  expect(await ask('GET', '/v1/settings/llm')).toMatchObject({
    status: 200,
    body: {
      status: { available: false, providerId: provider?.id, model: provider?.modelOptions[0]?.id },
      envFallback: false,
    },
  });
  for (const path of ['/v1/settings/llm', '/v1/settings/llm/providers'])
    expect((await dashboard(gateway.url)('GET', path)).status).toBe(401);
});

it.each<[string, string, object?]>([
  ['POST', '/v1/plan', { project: 'p', baseUrl: 'http://127.0.0.1:1', goal: 'buy', mode: 'v2' }],
  ['GET', '/v1/settings/llm/models?providerId=cursor-cli'],
  ['PUT', '/v1/settings/llm', { providerId: 'x', model: 'auto', apiKey: 'k', baseUrl: 'http://x' }],
  ['POST', '/v1/settings/llm/test'],
])('%s %s: not built yet, in the language of the user', async (method, path, body) => {
  expect(await call(method, path, body)).toMatchObject({
    status: 501,
    body: { ok: false, error: 'assisted flows are not available yet' },
  });
  expect(await dashboard(gateway.url, ann.token, 'es')(method, path, body)).toMatchObject({
    status: 501,
    body: { error: 'los flujos asistidos aún no están disponibles' },
  });
  expect((await dashboard(gateway.url)(method, path, body)).status).toBe(401);
});
