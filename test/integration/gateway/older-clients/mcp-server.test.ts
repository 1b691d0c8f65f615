/* I10, I14: the original's MCP server submits plans and reads runs as before, without what a flow fills in. */
import { describe, expect, it } from 'vitest';
import { readRunPage } from '#shared/adapters/database/run-views/list.ts';
import { searchRuns } from '#shared/adapters/database/search/search.ts';
import { searchWords } from '#shared/adapters/database/search/terms.ts';
import { mcpServer, type OlderRun, planBody } from '../../../support/http/older-clients.ts';
import { createKey, createPerson, useGateway } from '../fixture.ts';

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

const VICTORY = { textIncludes: ['Thanks'] };

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

  it('brings hints about the code, which are ignored, and says what the run is for, which is given back', async () => {
    const beside = {
      codeHints: CODE_HINTS,
      assisted: {
        goal: 'order',
        model: 'ghostly-mcp',
        generatedAt: new Date().toISOString(),
        promptVersion: 'mcp-context-v1',
      },
      assist: { v2: true, goal: 'order', isFullPlan: true, victory: VICTORY },
    };
    const { status, body } = await submit(
      planBody(ann.projectId, { ...PLAN, codeHints: CODE_HINTS }, beside),
    );
    expect(status).toBe(202);
    expect(body).toMatchObject({ ignored: ['codeHints', 'plan.artifactsDir', 'plan.codeHints'] });
    const read = await call<OlderRun>('GET', `/v1/runs/${body.id}`);
    expect(read.body.assisted).toEqual({
      ...beside.assisted,
      assistConfig: { isFullPlan: true, victory: VICTORY },
    });
    const [listed] = (await call<OlderRun[]>('GET', '/v1/runs')).body;
    expect(listed).toMatchObject({ id: body.id, assisted: beside.assisted });
    expect(listed?.assisted).not.toHaveProperty('assistConfig');
  });

  it('I14: brings a goal and a victory of which lists and searches read what they show alone', async () => {
    const goal = `${'g'.repeat(500)}ONLY IN THE RUN`;
    const assist = { v2: true, goal, victory: { textIncludes: ['ONLY IN THE RUN'] } };
    const { body } = await submit(planBody(ann.projectId, PLAN, { assist, name: 'long goal' }));
    const read = await call<OlderRun>('GET', `/v1/runs/${body.id}`);
    expect(read.body.assisted).toEqual({ goal, assistConfig: { victory: assist.victory } });
    const whose = { viewerId: ann.userId, everybody: false, limit: 1 };
    const { runs } = await readRunPage(gateway.sql, whose);
    const found = await searchRuns(gateway.sql, { ...whose, words: searchWords('long goal') });
    for (const [row] of [runs, found.runs]) {
      expect(row).toMatchObject({ id: body.id, assisted: { goal: 'g'.repeat(500) }, hasVictory: true });
      expect(JSON.stringify(row)).not.toContain('ONLY IN THE RUN');
    }
    const [listed] = (await call<OlderRun[]>('GET', '/v1/runs')).body;
    expect(listed).toMatchObject({ id: body.id, assisted: { goal: 'g'.repeat(500) } });
  });

  it('says what its rerun is for, if that has another goal', async () => {
    const assist = { v2: true, goal: 'order', victory: VICTORY };
    const { body } = await submit(planBody(ann.projectId, PLAN, { assist }));
    const other = { assist: { ...assist, goal: 'return' } };
    const again = await call<{ id: string }>('POST', `/v1/runs/${body.id}/rerun`, other);
    expect((await call<OlderRun>('GET', `/v1/runs/${again.body.id}`)).body.assisted).toEqual({
      goal: 'return',
      assistConfig: { victory: VICTORY },
    });
    const flow = await call<{ flow: object }>('GET', `/v1/runs/${again.body.id}/flow`);
    expect(flow.body.flow).not.toHaveProperty('assisted');
  });

  it('I10: has its goal and its victory shown without what the flow fills in', async () => {
    const steps = [STEPS[0], { action: 'fill', selector: '#name', value: 'hunter2' }];
    const assist = { v2: true, goal: 'greet hunter2', victory: { textIncludes: ['Hello hunter2'] } };
    const { body } = await submit(planBody(ann.projectId, { ...PLAN, steps }, { assist }));
    const read = await call<OlderRun>('GET', `/v1/runs/${body.id}`);
    expect(read.body.assisted).toEqual({
      goal: 'greet [REDACTED]',
      assistConfig: { victory: { textIncludes: ['Hello [REDACTED]'] } },
    });
    const shown = await call<{ flow: object; hidden: string[] }>('GET', `/v1/runs/${body.id}/flow`);
    expect(JSON.stringify(shown.body)).not.toContain('hunter2');
    expect(shown.body.hidden).toContain('assist');
  });

  it.each<[string, object, string]>([
    [
      'no condition',
      { v2: true, goal: 'order', victory: { mustAll: true, textIncludes: [] } },
      'assist.victory',
    ],
    ['no goal', { v2: true, victory: VICTORY }, 'assist.goal'],
  ])('with %s is refused, since nothing could be checked', async (_, assist, path) => {
    const { status, body } = await submit(planBody(ann.projectId, PLAN, { assist }));
    expect({ status, body }).toMatchObject({ status: 400, body: { details: { issues: [{ path }] } } });
  });

  it('has room for the check of its victory besides the most steps that a flow may have', async () => {
    const steps = Array.from({ length: 25 }, () => STEPS[0]);
    const assist = { v2: true, goal: 'order', victory: VICTORY };
    const { status, body } = await submit(planBody(ann.projectId, { ...PLAN, steps }, { assist }));
    expect(status).toBe(202);
    const read = await call<{ stepCount: number }>('GET', `/v1/runs/${body.id}`);
    expect(read.body.stepCount).toBe(26);
    const again = await call<{ id: string }>('POST', `/v1/runs/${body.id}/rerun`, {});
    expect(again.status).toBe(202);
    expect((await call<OlderRun>('GET', `/v1/runs/${again.body.id}`)).body.assisted?.goal).toBe('order');
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
        // New; its clients do not read it.
        role: 'owner',
        answerLinks: true,
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
