/* A cancel that comes while a step's action is over and its evidence is not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { type BrowserBench, createBench } from '../browser/fixture.ts';
import { startMachine } from '../browser/start-machine.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench?.[Symbol.asyncDispose]());

const CANCEL = { mode: 'graceful', source: 'user' } as const;
const pictured = { captureScreenshotAfterEachStep: true };
const PLAIN = { action: 'goto', url: '/plain' };

/** A folder on a disk that takes for ever to write the picture of a step. */
function onHangingDisk() {
  const begun = Promise.withResolvers<void>();
  const { put, discard } = artifactsInFolder(bench.artifacts);
  const artifacts: { put: typeof put; discard: typeof discard } = {
    discard,
    put(runId, name, content) {
      if (name.includes('cancel-') || name.includes('-trace-')) return put(runId, name, content);
      begun.resolve();
      return new Promise(() => undefined);
    },
  };
  return { artifacts, begun: begun.promise };
}

test('I9: an atomic step that is done ends as done at once, without its picture', async () => {
  const { artifacts, begun } = onHangingDisk();
  const flow = bench.flow([{ ...PLAIN, atomic: true }], { ...pictured, onCancel: [PLAIN] });
  const { live, states, hold, ended } = startMachine(bench, flow, { graceMs: 20_000, artifacts });
  await begun;
  live.cancel(CANCEL, 'command');
  const { context } = await ended;
  expect(states).toContain('cancelling.finishing');
  expect(states).not.toContain('cancelling.aborting');
  expect(context.lastStep).toEqual({ index: 0, ok: true });
  // The steps after it have theirs.
  expect(hold.outcome(0, 'onCancel')).toMatchObject({ ok: true, screenshotPath: expect.any(String) });
});

test('I9: any other step that is done ends as done, too', async () => {
  const { artifacts, begun } = onHangingDisk();
  const { live, ended } = startMachine(bench, bench.flow([PLAIN], pictured), { artifacts });
  await begun;
  live.cancel(CANCEL, 'command');
  expect((await ended).context.lastStep).toEqual({ index: 0, ok: true });
});

test('I9: a step that had failed keeps why', async () => {
  const { artifacts, begun } = onHangingDisk();
  const missing = { action: 'click', selector: '#nope', timeoutMs: 300 };
  const flow = bench.flow([PLAIN, missing], { recordVideoOnFailure: true });
  const { live, ended } = startMachine(bench, flow, { artifacts });
  await begun;
  live.cancel(CANCEL, 'command');
  const { lastStep } = (await ended).context;
  expect(lastStep).toMatchObject({
    index: 1,
    ok: false,
    error: expect.stringMatching(/^click #nope: timed out/),
  });
  expect(lastStep).not.toHaveProperty('interrupted');
});

test('the evidence of one onCancel step does not take the time of the others', async () => {
  const missing = { action: 'click', selector: '#nope', timeoutMs: 200 };
  const flow = bench.flow(
    [
      { action: 'goto', url: '/loop-on-load?cleaned' },
      { action: 'waitForSelector', selector: '#nope' },
    ],
    {
      ...pictured,
      onCancel: [missing, missing, missing],
    },
  );
  // Three seconds of evidence each: the first two would take all of it.
  const { live, hold, ended } = startMachine(bench, flow, {
    graceMs: 10_000,
    onMove(before, after) {
      if (after.context.done === 1 && before.context.done === 0)
        void bench.site.asked('/looping?cleaned').then(() => live.cancel(CANCEL, 'command'));
    },
  });
  const { context } = await ended;
  expect(context.cleaned).toBe(3);
  expect([0, 1, 2].map((index) => hold.outcome(index, 'onCancel')?.error)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^click #nope: timed out after 200 ms/)),
  );
});
