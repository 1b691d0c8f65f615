import { describe, expect, it } from 'vitest';
import { mcpServer, type OlderRun, planBody } from '../../support/http/older-clients.ts';
import { createKey, createPerson, useGateway } from '../gateway/fixture.ts';

/** The calls of the original's MCP server: `list_ghostly_projects`, `submit_plan` and `get_run`. */

const gateway = await useGateway();
const ann = await createPerson(gateway);
const key = await createKey(gateway, ann, ['runs:read', 'runs:write']);
const call = mcpServer(gateway.url, key);

const STEPS = [
  { action: 'goto', url: '/' },
  { action: 'check', selector: '#terms' },
  { action: 'uncheck', selector: '#news' },
  { action: 'hover', selector: '#menu' },
  { action: 'selectOption', selector: '#size', value: 'l' },
  { action: 'selectOption', selector: '#tags', value: ['a', 'b'] },
  { action: 'setInputFiles', selector: '#file', files: ['a.txt'] },
  { action: 'snapshot' },
];
const PLAN = { baseUrl: 'http://127.0.0.1:1/shop/', steps: STEPS };
const CODE_HINTS = {
  components: [{ name: 'Cart', file: 'src/cart.tsx', testIds: ['cart'], ariaLabels: [], roles: ['list'] }],
  forms: [{ name: 'Order', inputs: [{ testId: 'name', type: 'text' }], submitLabel: 'Order' }],
  routes: [{ path: '/cart', component: 'Cart' }],
  selectors: { byTestId: { cart: '#cart' }, byAriaLabel: {} },
};

const submit = (body: object) => call<{ ok: boolean; id: string; status: string }>('POST', '/v1/run', body);
const stored = async (id: string) =>
  await gateway.sql.row<{ plan: Record<string, unknown>; contextId: string | null }>(
    'select plan, context_id as "contextId" from runs where id = $1',
    [id],
  );

describe('submit_plan', () => {
  it('puts the flow into `plan`, from where each of its fields is taken', async () => {
    const { status, body } = await submit(planBody(ann.projectId, PLAN));
    expect({ status, body }).toEqual({
      status: 202,
      // The name is new, and the client reads only the other ones.
      body: { ok: true, id: expect.any(String), status: 'running', ignored: ['plan.artifactsDir'] },
    });
    expect((await stored(body.id))?.plan).toMatchObject({
      ...PLAN,
      headless: true,
      captureA11yAfterEachStep: false,
      captureScreenshotAfterEachStep: true,
      recordVideoOnFailure: true,
      defaultTimeoutMs: 30_000,
    });
  });

  it('names a context beside the plan and in it; the one beside it counts', async () => {
    const twice = await submit(planBody(ann.projectId, { ...PLAN, contextId: 'a1' }, { contextId: 'b2' }));
    const inside = await submit(planBody(ann.projectId, { ...PLAN, contextId: 'a1' }));
    expect((await stored(twice.body.id))?.contextId).toBe('b2');
    expect((await stored(inside.body.id))?.contextId).toBe('a1');
    expect((await call<{ contextId: string }>('GET', `/v1/runs/${inside.body.id}`)).body.contextId).toBe(
      'a1',
    );
  });

  it('brings hints about the code, and what belongs to assisted flows: both are ignored', async () => {
    const beside = {
      codeHints: CODE_HINTS,
      assisted: {
        goal: 'order',
        model: 'ghostly-mcp',
        generatedAt: new Date().toISOString(),
        promptVersion: 'mcp-context-v1',
      },
      assist: { v2: true, goal: 'order', isFullPlan: true, victory: { textIncludes: ['Thanks'] } },
    };
    const { status, body } = await submit(
      planBody(ann.projectId, { ...PLAN, codeHints: CODE_HINTS }, beside),
    );
    expect(status).toBe(202);
    expect(JSON.stringify(await stored(body.id))).not.toContain('Thanks');
  });

  it.each<[string, unknown]>([
    ['a text', 'plan'],
    ['null', null],
    ['a list', [PLAN]],
  ])('with %s as plan misses its fields', async (_, plan) => {
    const answer = await submit({ project: ann.projectId, plan });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: 'validation error',
        details: { fieldErrors: { baseUrl: ['is required'], steps: ['is required'] } },
      },
    });
  });

  it('to a project that is not the caller’s is refused', async () => {
    const stranger = await createPerson(gateway);
    expect(await submit(planBody(stranger.projectId, PLAN))).toMatchObject({
      status: 400,
      body: { ok: false, error: 'invalid project' },
    });
  });
});

describe('get_run', () => {
  it('reads the run whose id is encoded', async () => {
    const { id } = (await submit(planBody(ann.projectId, PLAN))).body;
    const { status, body } = await call<OlderRun>('GET', `/v1/runs/${encodeURIComponent(id)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      status: 'running',
      project: ann.projectId,
      baseUrl: PLAN.baseUrl,
      startedAt: expect.any(String),
      durationMs: 0,
      steps: [],
    });
  });

  it.each(['nonsense', 'a/b?c', '../projects', 'ñ'])('with %s as id gets JSON that says no', async (id) => {
    expect(await call('GET', `/v1/runs/${encodeURIComponent(id)}`)).toMatchObject({
      status: 404,
      body: { ok: false, error: 'not found' },
    });
  });
});

describe('list_ghostly_projects', () => {
  it('works with a key and with a token', async () => {
    for (const credential of [key, ann.token]) {
      const { status, body } = await mcpServer(gateway.url, credential)<object[]>('GET', '/v1/projects');
      expect(status).toBe(200);
      expect(body).toContainEqual({
        id: ann.projectId,
        label: expect.any(String),
        color: expect.any(String),
        createdAt: expect.any(String),
      });
    }
  });

  it('without credentials gets JSON that says so', async () => {
    expect(await mcpServer(gateway.url)('GET', '/v1/projects')).toMatchObject({
      status: 401,
      body: { ok: false, error: 'unauthorized' },
    });
  });
});
