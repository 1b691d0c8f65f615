/*
 * The clients of the original service against a real stack: the TypeScript client, which polls; the MCP server, which
 * puts the flow into `plan`; and the dashboard, played by a page of our own in a real browser, served by the gateway.
 */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { eventually } from '../../support/eventually.ts';
import {
  mcpServer,
  type OlderAnswer,
  type OlderCaller,
  type OlderRun,
  planBody,
  typescriptClient,
} from '../../support/http/older-clients.ts';
import { ADMIN } from '../../support/stack/stack.ts';
import { useStack } from '../../support/stack/use-stack.ts';
import { makeDashboard } from './dashboard.ts';

const dashboard = await makeDashboard();
const bench = useStack({ env: { GHOSTLY_WEB_DIR: dashboard } });
let url: string;
let projectId: string;
let browser: Browser;

beforeAll(async () => {
  url = bench.client.url;
  projectId = await bench.client.project();
  browser = await chromium.launch({ executablePath: (await findChromium({ env: process.env })).path });
});

afterAll(async () => {
  await browser?.close();
  await rm(dashboard, { recursive: true });
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

describe('the dashboard', () => {
  /** Opens the page at an address that only it knows, and signs in. */
  async function open(path: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`${url}${path}`);
    await page.waitForFunction('"board" in window');
    await page.evaluate(`board.signIn(${JSON.stringify(ADMIN)})`);
    return page;
  }
  const body = (steps: object[]) =>
    JSON.stringify({
      project: projectId,
      baseUrl: bench.site.url,
      steps,
      headless: true,
      captureScreenshotAfterEachStep: true,
      recordVideoOnFailure: false,
    });
  interface Seen {
    statuses: string[];
    types: string[];
    seqs: number[];
    steps: unknown[];
    runEnd?: Record<string, unknown>;
  }

  test('watches a run to its end with EventSource, and shows its pictures', async () => {
    await using page = await open('/runs/new');
    const steps = [
      { action: 'goto', url: '/form' },
      { action: 'fill', selector: '[name=name]', value: 'Ann-Sophie' },
      { action: 'snapshot' },
    ];
    const id = await page.evaluate<string>(`board.start(${body(steps)})`);
    const seen = await page.evaluate<Seen>(`board.watch('${id}')`);
    expect(seen.statuses.at(-1)).toBe('pass');
    expect(seen.seqs).toEqual(seen.seqs.map((_, index) => index + 1));
    expect(seen.types.filter((type) => type.startsWith('step_'))).toEqual(
      steps.flatMap(() => ['step_start', 'step_success']),
    );
    // What a repeat is made of: the steps as the events show them, without what was filled in.
    expect(seen.steps).toEqual(
      steps.flatMap((step) => {
        const shown = 'value' in step ? { ...step, value: '[REDACTED]' } : step;
        return [shown, shown];
      }),
    );
    const pictures = await page.evaluate<number[]>(`board.pictures('${id}')`);
    expect(pictures).toHaveLength(3);
    for (const width of pictures) expect(width).toBeGreaterThan(100);
  });

  test('opened while a run goes on: it has no steps before its end, and the stream has all that has happened', async () => {
    await using page = await open('/runs/new');
    const id = await page.evaluate<string>(
      `board.start(${body([
        { action: 'goto', url: '/form' },
        { action: 'goto', url: '/gate?opened' },
      ])})`,
    );
    await bench.site.asked('/gate?opened');
    const found = await page.evaluate<OlderRun>(`board.read('${id}')`);
    expect(found).toMatchObject({ status: 'running', steps: [] });
    const watching = page.evaluate<Seen>(`board.watch('${id}')`);
    bench.site.release('/gate?opened');
    const seen = await watching;
    expect(seen.types.filter((type) => type.startsWith('step_'))).toEqual(
      [0, 1].flatMap(() => ['step_start', 'step_success']),
    );
    const ended = await page.evaluate<OlderRun>(`board.read('${id}')`);
    expect(ended).toMatchObject({ status: 'pass', steps: [{ ok: true }, { ok: true }] });
  });

  test('cancels a run that waits, and sees it end as cancelled; a second time it hears that it is over', async () => {
    await using page = await open('/runs/new');
    const id = await page.evaluate<string>(
      `board.start(${body([
        { action: 'goto', url: '/held?compat' },
        { action: 'waitForSelector', selector: '#never' },
      ])})`,
    );
    await bench.site.asked('/never?compat');
    const watching = page.evaluate<Seen>(`board.watch('${id}')`);
    expect(await page.evaluate(`board.cancel('${id}')`)).toEqual({
      status: 200,
      body: { ok: true, id, status: 'cancelling' },
    });
    const seen = await watching;
    expect(seen.statuses.at(-1)).toBe('fail');
    expect(seen.runEnd).toMatchObject({ status: 'fail', cancelled: true, source: 'user' });
    expect(await page.evaluate(`board.cancel('${id}')`)).toMatchObject({
      status: 409,
      body: { error: 'run already finished' },
    });
    // A late watcher gets the same, and the end.
    expect((await page.evaluate<Seen>(`board.watch('${id}')`)).seqs).toEqual(seen.seqs);
  });
});
