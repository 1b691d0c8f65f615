/*
 * Clients of the original service against a real stack: the TypeScript client, which polls, and the MCP server, which
 * puts the flow into `plan`. `integration/gateway/older-clients` has each of their calls, and those of the dashboard.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  mcpServer,
  type OlderAnswer,
  type OlderCaller,
  type OlderRun,
  planBody,
  typescriptClient,
} from '../../support/http/older-clients.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();
let url: string;
let projectId: string;

beforeAll(async () => {
  url = bench.client.url;
  projectId = await bench.client.project();
});

/** What both libraries do until a run is over. */
async function poll(call: OlderCaller, id: string): Promise<OlderRun> {
  let run: OlderRun | undefined;
  await eventually(async () => {
    run = (await call<OlderRun>('GET', `/v1/runs/${id}`)).body;
    expect(run.status).not.toBe('running');
  });
  return run as OlderRun;
}
type Started = OlderAnswer<{ id: string; status: string }>;

test('the TypeScript client starts a flow, asks until it is over, and reads the record', async () => {
  const call = typescriptClient(url, bench.stack.apiKey);
  const artifactsDir = join(bench.stack.home, 'of-the-client');
  const started: Started = await call('POST', '/v1/run', {
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'fill', selector: '[name=name]', value: 'Ann' },
      { action: 'click', selector: '#send' },
      { action: 'waitForSelector', selector: '#query', timeoutMs: 5_000 },
      { action: 'press', key: 'Tab' },
      { action: 'snapshot' },
    ],
    project: projectId,
    captureScreenshotAfterEachStep: true,
    recordVideoOnFailure: true,
    artifactsDir,
    defaultTimeoutMs: 10_000,
  });
  expect(started).toMatchObject({ status: 202, body: { status: 'running' } });
  const run = await poll(call, started.body.id);
  expect(run).toMatchObject({ status: 'pass', baseUrl: bench.site.url, project: projectId });
  expect(run.durationMs).toBeGreaterThan(0);
  expect(run.steps.map(({ index, ok, screenshotPath }) => [index, ok, typeof screenshotPath])).toEqual(
    run.steps.map((_, index) => [index, true, 'string']),
  );
  expect(run.steps).toHaveLength(6);
  expect(run.events?.map(({ seq }) => seq)).toEqual(run.events?.map((_, index) => index + 1));
  // It asked for a video: whether or not there is an ffmpeg here, the run says why there is none.
  const code = expect.stringMatching(/^(no_video|video_not_kept)$/);
  expect(run.events?.filter(({ type }) => type === 'notice')).toMatchObject([{ payload: { code } }]);
  const [listed] = (await call<OlderRun[]>('GET', `/v1/runs?project=${projectId}`)).body;
  expect(listed).toMatchObject({ id: run.id, status: 'pass', durationMs: run.durationMs });
  expect(listed?.steps).toHaveLength(6);
  await expect(access(artifactsDir)).rejects.toThrow('ENOENT');
});

test('the MCP server submits a plan that fails, and reads which step it was', async () => {
  const call = mcpServer(url, bench.stack.apiKey);
  const plan = {
    baseUrl: `${bench.site.url}/form`,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'selectOption', selector: '[name=size]', value: 'l' },
      { action: 'click', selector: '#nothing' },
      { action: 'snapshot' },
    ],
    // A tenth of it is for the picture of what failed.
    defaultTimeoutMs: 5_000,
    artifactsDir: '/nowhere/at/all',
  };
  const started: Started = await call('POST', '/v1/run', planBody(projectId, plan, { contextId: 'a1b2c3' }));
  const run = await poll(call, started.body.id);
  expect(run).toMatchObject({ status: 'fail', contextId: 'a1b2c3', stopReason: expect.any(String) });
  expect(run.steps.filter(({ ok }) => !ok)).toEqual([
    { index: 2, action: 'click', ok: false, error: expect.any(String), screenshotPath: expect.any(String) },
  ]);
  expect(run.steps).toHaveLength(3);
});

test('a folder without a page stops the gateway with one line that names it', async () => {
  const gateway = bench.stack.launch('gateway', { GHOSTLY_WEB_DIR: '/does/not/exist' });
  expect((await gateway.exited).code).toBe(2);
  expect(gateway.lines).toHaveLength(1);
  expect(gateway.lines[0]).toContain('GHOSTLY_WEB_DIR: there is no index.html in /does/not/exist');
});
