import { beforeAll, describe, expect, test } from 'vitest';
import { mcpServer, type OlderRun, planBody } from '../../support/http/older-clients.ts';
import { isEvent } from '../../support/http/sse.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();
let projectId: string;

beforeAll(async () => {
  projectId = await bench.client.project();
});

/** Submits a plan with `assistV2`, like the original's MCP server; resolves with the run once it has ended. */
async function submitted(victory: object, ...more: object[]): Promise<OlderRun> {
  const call = mcpServer(bench.client.url, bench.stack.apiKey);
  const plan = { baseUrl: bench.site.url, steps: [{ action: 'goto', url: '/plain' }, ...more] };
  const assist = { v2: true, goal: 'open the plain page', isFullPlan: true, victory };
  const { body } = await call<{ id: string }>('POST', '/v1/run', planBody(projectId, plan, { assist }));
  await bench.client.ended(body.id);
  return (await call<OlderRun>('GET', `/v1/runs/${body.id}`)).body;
}

describe('the victory of a plan, which is checked after its steps', () => {
  test('passes the run if it holds', async () => {
    const run = await submitted({ textIncludes: ['PLAIN'], urlIncludes: ['/plain'], mustAll: true });
    expect(run).toMatchObject({
      status: 'pass',
      verdict: 'success',
      assisted: { goal: 'open the plain page' },
      steps: [{ action: 'goto' }, { index: 1, action: 'verify', ok: true }],
    });
  });

  test('I16: fails the run if it is nowhere, which is inconclusive', async () => {
    const run = await submitted({ textIncludes: ['Thank you for your order'] });
    expect(run).toMatchObject({
      status: 'fail',
      verdict: 'inconclusive',
      verdictReason: expect.stringContaining('not met: text "Thank you for your order"'),
      assisted: { goal: 'open the plain page' },
      steps: [{ ok: true }, { action: 'verify', ok: false }],
    });
    expect(run.events?.map(({ type, stepIndex }) => `${type} ${stepIndex}`)).toContain('step_failure 1');
  });

  test('I16: is not judged if a step has failed before', async () => {
    const run = await submitted(
      { textIncludes: ['plain'] },
      { action: 'setInputFiles', selector: '#a', files: ['a.txt'] },
    );
    expect(run).toMatchObject({ status: 'fail', assisted: { goal: 'open the plain page' } });
    expect(run).not.toHaveProperty('verdict');
  });
});

test('I3: a cancel ends a verify step that waits', async () => {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/plain' },
      { action: 'verify', textIncludes: ['nowhere'], timeoutMs: 120_000 },
    ],
  });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 1));
  expect((await bench.client.cancel(id)).status).toBe(200);
  await watch.ended();
  const run = await bench.client.read(id);
  expect(run).toMatchObject({ status: 'fail', stopReason: 'cancelled' });
  expect(run.steps[1]).toMatchObject({
    action: 'verify',
    ok: false,
    error: expect.stringMatching(/^interrupted/),
  });
});
