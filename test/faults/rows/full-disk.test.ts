/* I9: a full disk costs a run its pictures and its video, but neither its outcome nor its cancel. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Client, FlowStep } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent, type SseMessage } from '../../support/http/sse.ts';
import { needs } from '../../support/machine.ts';
import { mountTinyDisk, type TinyDisk } from '../../support/servers/tiny-disk.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack, startOneOfEach } from '../../support/stack/stack.ts';

await needs('root');

let stack: Stack;
let site: TestSite;
let client: Client;
let runner: ServiceProcess;
/** Where all artifacts go. */
let disk: TinyDisk;

beforeAll(async () => {
  [stack, site] = await Promise.all([createStack(), startSite()]);
  disk = await mountTinyDisk(join(stack.home, 'artifacts'), 256);
  ({ client, runner } = await startOneOfEach(stack));
});
beforeEach(() => disk.fill());
afterAll(async () => {
  await Promise.all([site?.close(), disk?.unmount()]);
});

async function carriedOut(steps: FlowStep[], options: object = {}): Promise<[string, readonly SseMessage[]]> {
  const id = await client.start({ baseUrl: site.url, steps, ...options });
  return [id, await (await client.watch(id)).ended(20_000)];
}

const PLAIN = { action: 'goto', url: '/plain' };
const NO_ROOM = 'the picture could not be kept: no space left on device';

test('row 20: with the disk full a snapshot has no picture, saying so, its tree, and fails nothing (I9)', async () => {
  const [id, messages] = await carriedOut([PLAIN, { action: 'snapshot' }]);
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  const run = await client.read(id);
  const a11y = expect.stringContaining('Plain');
  expect(run.steps).toEqual([
    { index: 0, action: 'goto', ok: true },
    { index: 1, action: 'snapshot', ok: true, error: NO_ROOM, a11y },
  ]);
});

test('row 20: with the disk full a run with pictures after each step passes, its steps say that they have none', async () => {
  const options = { captureScreenshotAfterEachStep: true, captureA11yAfterEachStep: true };
  const [id, messages] = await carriedOut([PLAIN, { action: 'hover', selector: 'h1' }], options);
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  const { steps } = await client.read(id);
  const a11y = expect.stringContaining('Plain');
  expect(steps).toEqual([
    { index: 0, action: 'goto', ok: true, error: NO_ROOM, a11y },
    { index: 1, action: 'hover', ok: true, error: NO_ROOM, a11y },
  ]);
  expect(messages.find(isEvent('step_success', 0))?.data.payload).toMatchObject({ error: NO_ROOM });
});

test('row 20: with the disk full a failed run goes without its video, and is stored as it ended', async () => {
  const [id, messages] = await carriedOut([PLAIN, { action: 'click', selector: '#nope', timeoutMs: 300 }], {
    recordVideoOnFailure: true,
  });
  expect(expectWholeStream(messages)).toEqual({ status: 'fail' });
  const run = await client.read(id);
  expect(run.steps[1]).toMatchObject({ ok: false, error: expect.stringContaining('click #nope: timed out') });
  // If the encoder was slow, the run tells where its video would have been.
  if ('videoPath' in run)
    await eventually(
      async () => expect((await client.request('GET', `/artifacts/${run.videoPath}`)).status).toBe(404),
      { timeoutMs: 20_000 },
    );
  // Where there is no encoder, it said so at its start.
  await eventually(() =>
    expect(runner.lines.join('\n')).toMatch(/the video .*could not be finished|runs go without video/),
  );
});

test('row 20: with the disk full a cancel is carried out', async () => {
  const steps = [PLAIN, { action: 'waitForSelector', selector: '#nope' }];
  const id = await client.start({ baseUrl: site.url, steps, captureScreenshotAfterEachStep: true });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  await client.cancel(id);
  expect(expectWholeStream(await watch.ended())).toMatchObject({ cancelled: true, source: 'user' });
});

test('row 20: when there is room again pictures are kept, by the same runner', async () => {
  await disk.empty();
  const [id, messages] = await carriedOut([PLAIN, { action: 'snapshot' }]);
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  const { screenshotPath } = (await client.read(id)).steps[1]!;
  const picture = await client.request('GET', `/artifacts/${screenshotPath}`);
  expect(picture.status).toBe(200);
  await eventually(() => expect(runner.running).toBe(true));
});
