/* An object store that is away costs no run its outcome or its artifacts, and no cancel its time. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { StoreUnavailableError } from '#shared/adapters/artifacts/artifacts.ts';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import { eventually } from '../../support/eventually.ts';
import { afterFile } from '../../support/file-hooks.ts';
import type { Client, FlowStep } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { needs } from '../../support/machine.ts';
import { type FaultProxy, startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { startTestS3, type TestS3 } from '../../support/servers/s3.ts';
import { startStoreFront } from '../../support/servers/store-front.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';

await needs('moto');

let s3: TestS3;
let network: FaultProxy;
let stack: Stack;
let site: TestSite;
let client: Client;
let runner: ServiceProcess;

beforeAll(async () => {
  [s3, site] = await Promise.all([startTestS3(), startSite()]);
  afterFile(() => site.close());
  network = await startFaultProxy(s3.url);
  afterFile(async () => network[Symbol.asyncDispose]());
  const elsewhere = await mkdtemp(join(tmpdir(), 'ghostly-test-elsewhere-'));
  afterFile(() => rm(elsewhere, { recursive: true, force: true }));
  stack = await createStack({ env: s3.env(network.url) });
  // A gateway of another machine has nothing of the runner but what is in the store.
  const gateway = stack.start('gateway', { GHOSTLY_HOME: elsewhere });
  [runner] = await Promise.all([stack.start('runner'), gateway, stack.start('supervisor')]);
  client = await stack.clientOf(await gateway);
});

const PLAIN = { action: 'goto', url: '/plain' };

async function ended(steps: FlowStep[], options: object = {}): Promise<string> {
  const id = await client.start({ baseUrl: site.url, steps, ...options });
  expectWholeStream(await (await client.watch(id)).ended(20_000));
  return id;
}

async function cancelled(): Promise<string> {
  const steps = [PLAIN, { action: 'snapshot' }, { action: 'waitForSelector', selector: '#nope' }];
  const id = await client.start({ baseUrl: site.url, steps, recordVideoOnFailure: true });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 2));
  const asked = performance.now();
  await client.cancel(id);
  expect(expectWholeStream(await watch.ended())).toMatchObject({ cancelled: true, source: 'user' });
  expect(performance.now() - asked).toBeLessThan(share(6_000, 3_000));
  return id;
}

/** What the runs say that was kept of them. */
async function pathsOf(ids: string[]): Promise<string[]> {
  const runs = await Promise.all(ids.map((id) => client.read(id)));
  return runs.flatMap((run) => [
    ...run.steps.flatMap(({ screenshotPath }) => screenshotPath ?? []),
    ...('videoPath' in run ? [run.videoPath as string] : []),
  ]);
}

const statusOf = async (path: string) => (await client.request('GET', `/artifacts/${path}`)).status;

test('row 26: pictures and videos are in the object store, for gateways of other machines', async () => {
  const id = await ended([PLAIN, { action: 'snapshot' }]);
  const [path = ''] = await pathsOf([id]);
  await eventually(async () => expect(await statusOf(path)).toBe(200));
  expect((await client.read(id)).status).toBe('pass');
});

const OUTAGES: [string, () => void][] = [
  ['never answers', () => network.hold()],
  ['refuses connections', () => network.sever()],
];

test.each(OUTAGES.slice(0, share(1, 2)))(
  'row 26: a store that %s costs no run its outcome, no artifact and no cancel its time, also if its runner is killed',
  async (_, fail) => {
    fail();
    const options = { captureScreenshotAfterEachStep: true, recordVideoOnFailure: true };
    const passed = await ended([PLAIN, { action: 'hover', selector: 'h1' }], options);
    const failed = await ended([PLAIN, { action: 'click', selector: '#nope', timeoutMs: 4_000 }], options);
    const ids = [passed, failed, await cancelled()];
    expect(await Promise.all(ids.map(async (id) => (await client.read(id)).status))).toEqual([
      'pass',
      'fail',
      'fail',
    ]);
    const paths = await pathsOf(ids);
    expect(paths.length).toBeGreaterThanOrEqual(5);
    expect(await statusOf(paths[0]!)).toBe(503);
    runner.signal('SIGKILL');
    await runner.exited;
    runner = await stack.start('runner');
    ids.push(await ended([PLAIN], options));
    network.heal();
    for (const path of await pathsOf(ids))
      await eventually(async () => expect([path, await statusOf(path)]).toEqual([path, 200]), {
        timeoutMs: 90_000,
      });
  },
);

test('row 26: a run whose trace cannot go to the store ends in its time, and the trace comes when the store is back', async () => {
  network.hold();
  const id = await cancelled();
  expect((await client.request('GET', `/v1/runs/${id}/playwright-trace`)).status).toBe(503);
  network.heal();
  const traceOf = () => client.request('GET', `/v1/runs/${id}/playwright-trace/files/1-trace.trace`);
  await eventually(async () => expect((await traceOf()).text).toContain('3. waitForSelector #nope'), {
    timeoutMs: 90_000,
  });
});

test('row 26: while only the runner cannot reach the store, a gateway of another machine says that the artifact is to come', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ghostly-test-elsewhere-'));
  afterFile(() => rm(home, { recursive: true, force: true }));
  const other = await stack.start('gateway', { GHOSTLY_HOME: home, GHOSTLY_S3_ENDPOINT: s3.url });
  const there = await stack.clientOf(other);
  network.sever();
  const [path = ''] = await pathsOf([await ended([PLAIN, { action: 'snapshot' }])]);
  const { status, headers } = await there.request('GET', `/artifacts/${path}`);
  expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  network.heal();
  await eventually(async () => expect((await there.request('GET', `/artifacts/${path}`)).status).toBe(200), {
    timeoutMs: 90_000,
  });
  await other.stop();
});

test('row 26: the artifacts of a day are removed whole, however many, when the store is back', async () => {
  const at = `of/ghostly/2020-01-02/run`;
  const keys = Array.from({ length: 1_100 }, (_, n) => `${at}/${n}.png`);
  for (let n = 0; n < keys.length; n += 50)
    await Promise.all(keys.slice(n, n + 50).map((key) => s3.object(key, { method: 'PUT', body: '' })));
  const store = await openArtifacts(s3.config(stack.home, network.url), { warn: () => undefined });
  network.sever();
  await expect(store.removeDay('2020-01-02')).rejects.toThrow(StoreUnavailableError);
  network.heal();
  await store.removeDay('2020-01-02');
  expect((await s3.keys()).filter((key) => key.startsWith(at))).toEqual([]);
});

test('row 26: with its spool full a runner fails no snapshot: the step has its tree, and says why it has no picture', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ghostly-test-full-spool-'));
  afterFile(() => rm(home, { recursive: true, force: true }));
  const left = join(home, 'spool/2025-11-25/019abcde-0000-7000-8000-000000000001');
  await mkdir(left, { recursive: true });
  await writeFile(join(left, '1-0.png'), Buffer.alloc(1_048_576));
  await runner.stop();
  network.hold();
  runner = await stack.start('runner', { GHOSTLY_HOME: home, GHOSTLY_SPOOL_MIB: '1' });
  const id = await ended([PLAIN, { action: 'snapshot' }, { action: 'hover', selector: 'h1' }]);
  const { status, steps } = await client.read(id);
  expect(status).toBe('pass');
  expect(steps[1]).toEqual({
    index: 1,
    action: 'snapshot',
    ok: true,
    error: 'the picture could not be kept: too much waits for the object store',
    a11y: expect.stringContaining('Plain'),
  });
  // A picture that comes too late is not even put there: then another run is stopped.
  await eventually(async () => {
    const stopped = await cancelled();
    const { body } = await client.request<Receipt>('GET', `/v1/runs/${stopped}/cancel`);
    expect(body.evidence.lastLook?.missing).toContainEqual({ what: 'picture', why: 'unstored' });
  });
  network.heal();
  await runner.stop();
  runner = await stack.start('runner');
});

test('row 26: an object that the store refuses for ever delays no other of its runner, nor its end', async () => {
  await using front = await startStoreFront(s3.url);
  front.refuse = ({ method, url = '' }) =>
    method === 'PUT' && /\/1-1-/.test(url) ? { status: 413, code: 'EntityTooLarge' } : undefined;
  await runner.stop();
  runner = await stack.start('runner', {
    GHOSTLY_S3_ENDPOINT: front.url,
    GHOSTLY_SPOOL_WAIT_MS: '3600000',
  });
  const id = await ended([PLAIN, { action: 'snapshot' }, { action: 'snapshot' }, { action: 'snapshot' }]);
  const [refused = '', ...others] = await pathsOf([id]);
  for (const path of others) await eventually(async () => expect(await statusOf(path)).toBe(200));
  expect(await statusOf(refused)).toBe(503);
  runner.signal('SIGTERM');
  expect(await runner.exited).toEqual({ code: 0, signal: null });
  expect(runner.lines.join('\n')).toContain('artifacts stay on this disk, for the next runner to send');
  runner = await stack.start('runner');
  await eventually(async () => expect(await statusOf(refused)).toBe(200), { timeoutMs: 90_000 });
});

test('row 26: with credentials or a bucket that the store does not know every service stops at its start, and says why', async () => {
  await s3.refuseCredentials(true);
  try {
    for (const kind of ['gateway', 'runner', 'supervisor'] as const) {
      const refused = stack.launch(kind);
      expect(await refused.exited).toEqual({ code: 2, signal: null });
      expect(refused.lines.at(-1)).toContain('GHOSTLY_ARTIFACTS: the store does not know the access key');
    }
  } finally {
    await s3.refuseCredentials(false);
  }
  const refused = stack.launch('runner', { GHOSTLY_ARTIFACTS: 's3://none' });
  expect(await refused.exited).toEqual({ code: 2, signal: null });
  expect(refused.lines.at(-1)).toContain('GHOSTLY_ARTIFACTS: there is no bucket \\"none\\"');
});
