/* The TypeScript client of the original can make each of its calls, and gets what it expects. */
import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type OlderRun, typescriptClient } from '../../../support/http/older-clients.ts';
import { openStream } from '../../../support/http/sse.ts';
import { createKey, createPerson, useGateway } from '../fixture.ts';

/** Every call of the original's TypeScript client; what it reads of each answer. */

const gateway = await useGateway();
const ann = await createPerson(gateway);
const call = typescriptClient(
  gateway.url,
  await createKey(gateway, ann, ['runs:read', 'runs:write', 'runs:cancel']),
);

const FLOW = {
  baseUrl: 'http://127.0.0.1:1',
  steps: [
    { action: 'goto', url: '/' },
    { action: 'click', selector: '#buy' },
    { action: 'fill', selector: '#name', value: 'Ann' },
    { action: 'press', key: 'Enter' },
    { action: 'waitForSelector', selector: '#done', timeoutMs: 5_000 },
    { action: 'snapshot' },
  ],
};
const start = (more: object = {}) =>
  call<{ ok: boolean; id: string; status: string }>('POST', '/v1/run', {
    ...FLOW,
    project: ann.projectId,
    ...more,
  });
const planOf = async (id: string) =>
  (await gateway.sql.row<{ plan: Record<string, unknown> }>('select plan from runs where id = $1', [id]))
    ?.plan;

describe('startRun', () => {
  it('is answered at once with an id', async () => {
    const { status, body } = await start();
    expect({ status, body }).toEqual({
      status: 202,
      body: { ok: true, id: expect.stringMatching(/^[\w-]{36}$/), status: 'running' },
    });
  });

  it('takes every option of a flow', async () => {
    const options = {
      headless: false,
      captureScreenshotAfterEachStep: true,
      recordVideoOnFailure: true,
      defaultTimeoutMs: 9_000,
    };
    const { body } = await start(options);
    expect(await planOf(body.id)).toMatchObject({ ...FLOW, ...options });
  });

  it.each(['artifacts', '/tmp/ghostly-compat/absolute', '../../outside', 'C:\\artifacts'])(
    'ignores an artifactsDir of the client (%s)',
    async (artifactsDir) => {
      const { status, body } = await start({ artifactsDir });
      expect(status).toBe(202);
      expect(JSON.stringify(await planOf(body.id))).not.toContain('artifacts');
      await expect(access('/tmp/ghostly-compat')).rejects.toThrow('ENOENT');
    },
  );

  it('keeps the goal of an assisted flow, and runs the steps as they are', async () => {
    const assisted = { goal: 'buy', model: 'm', generatedAt: new Date().toISOString(), promptVersion: '1' };
    const { status, body } = await start({ assisted, assist: { v2: true, goal: 'buy' } });
    expect(status).toBe(202);
    expect(await planOf(body.id)).toMatchObject({ steps: FLOW.steps });
    expect((await call<OlderRun>('GET', `/v1/runs/${body.id}`)).body.assisted?.goal).toBe('buy');
  });

  it('is refused with a text that names what is wrong', async () => {
    const { status, text } = await start({ steps: [{ action: 'goto', url: 'https://elsewhere.test/' }] });
    expect(status).toBe(400);
    expect(text).toContain('steps.0.url');
  });
});

describe('getRun, and waitForRun by asking again', () => {
  it('has every field with its type', async () => {
    const { id } = (await start()).body;
    const { status, body } = await call<OlderRun>('GET', `/v1/runs/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      status: 'running',
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      durationMs: 0,
      baseUrl: FLOW.baseUrl,
      project: ann.projectId,
      steps: [],
      events: [],
    });
  });

  it('has none of the fields of assisted flows, rather than empty ones', async () => {
    const { id } = (await start()).body;
    const { body } = await call<OlderRun>('GET', `/v1/runs/${id}`);
    for (const field of ['assisted', 'verdict', 'verdictReason', 'stopReason', 'videoPath'])
      expect(body).not.toHaveProperty(field);
  });

  it('of a run that is not there: a status that is not ok, and a text', async () => {
    const { status, text } = await call('GET', '/v1/runs/nonsense');
    expect({ status, text }).toEqual({ status: 404, text: '{"ok":false,"error":"not found"}' });
  });
});

it('runEventsUrl: the stream opens with the token in the query', async () => {
  const { id } = (await start()).body;
  const url = `${gateway.url}/v1/runs/${id}/events/stream?token=${encodeURIComponent(ann.token)}`;
  const watch = await openStream(url, {});
  const first = await watch.until(({ event }) => event === 'status');
  expect(first.data).toEqual({ kind: 'status', status: 'running', at: expect.any(String) });
  watch.close();
});

it('listRuns: an array, newest first, of all projects or of one', async () => {
  const project = (await call<{ id: string }>('POST', '/v1/projects', { label: 'Other' })).body.id;
  const ids = [];
  for (const where of [project, project, ann.projectId])
    ids.unshift((await start({ project: where })).body.id);
  const list = async (query: string) =>
    (await call<OlderRun[]>('GET', `/v1/runs${query}`)).body.map(({ id }) => id);
  expect((await list('')).slice(0, 3)).toEqual(ids);
  expect(await list(`?project=${encodeURIComponent(project)}`)).toEqual(ids.slice(1));
  expect(await list('?project=nothing%20of%20the%20kind')).toEqual([]);
});

it('createProject with and without a colour, and listProjects', async () => {
  const made = [];
  for (const body of [{ label: 'Shop', color: '#10b981' }, { label: 'Plain' }]) {
    const answer = await call<object>('POST', '/v1/projects', body);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      color: '#6366f1',
      createdAt: expect.stringMatching(/Z$/),
      // New; its clients do not read it.
      role: 'owner',
      answerLinks: true,
      ...body,
    });
    made.push(answer.body);
  }
  expect((await call('GET', '/v1/projects')).body).toEqual(expect.arrayContaining(made));
});

it.each([{}, { mode: 'v2' }])('planAssist (%j) says that there are no assisted flows', async (mode) => {
  const body = { project: ann.projectId, baseUrl: FLOW.baseUrl, goal: 'buy', ...mode };
  const { status, text } = await call('POST', '/v1/plan', body);
  expect({ status, text }).toEqual({
    status: 501,
    text: '{"ok":false,"error":"assisted flows are not available yet"}',
  });
});

it('a wrong key is refused on every call', async () => {
  const stranger = typescriptClient(gateway.url, 'not a key');
  for (const path of ['/v1/runs', '/v1/projects', '/v1/runs/x'])
    expect(await stranger('GET', path)).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
});
