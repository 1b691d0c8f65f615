/* I9, I10, I16: a step leaves the pictures, tree and video that were asked for, without secrets, or says why not. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NoRoomError } from '#shared/adapters/artifacts/artifacts.ts';
import { LONGEST_A11Y } from '../../../../../services/runner/browser/evidence/evidence.ts';
import type { OpenRequest } from '../../../../../services/runner/browser/open-request.ts';
import { eventually } from '../../../../support/eventually.ts';
import { ENCODERS, makeKnownEncoder } from '../../../../support/servers/known-encoder.ts';
import { extendedOnly } from '../../../../support/share.ts';
import { type BrowserBench, createBench, LIVE, patiently, processesNaming } from '../fixture.ts';
import { startMachine } from '../start-machine.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const FORM = { action: 'goto', url: '/form' };
const MISSING = { action: 'click', selector: '#nothing', timeoutMs: 300 };
const SNAPSHOT = { action: 'snapshot' };
const isPng = async (path: string) =>
  (await readFile(join(bench.artifacts, path))).subarray(1, 4).toString() === 'PNG';

describe('pictures', () => {
  test('I9: are taken after each step, the failing one too, and named by run, epoch and step', async () => {
    // A share of the step's time is for its picture.
    const missing = { ...MISSING, timeoutMs: patiently(4_000) };
    const run = await bench.open(bench.flow([FORM, missing], { captureScreenshotAfterEachStep: true }), {
      runId: 'pictured',
      epoch: 3,
    });
    const outcomes = [await run.perform(0, LIVE), await run.perform(1, LIVE)];
    await run.close({ keepVideo: false, reason: 'done' });
    expect(outcomes.map(({ ok, screenshotPath }) => ({ ok, screenshotPath }))).toEqual([
      { ok: true, screenshotPath: 'pictured/3-0-pictured.png' },
      { ok: false, screenshotPath: 'pictured/3-1-pictured.png' },
    ]);
    for (const { screenshotPath } of outcomes) expect(await isPng(screenshotPath!)).toBe(true);
    expect(outcomes[0]).not.toHaveProperty('a11y');
  });

  test('a snapshot step has a picture and a tree, whatever else is asked for', async () => {
    const [, outcome] = await bench.run([FORM, SNAPSHOT]);
    expect(outcome).toMatchObject({ ok: true, action: 'snapshot' });
    expect(outcome?.a11y).toContain('- button "Send"');
    expect(await isPng(outcome!.screenshotPath!)).toBe(true);
  });

  test('nothing is recorded that nobody asked for', async () => {
    expect(await bench.run([FORM])).toEqual([{ index: 0, action: 'goto', ok: true }]);
  });

  test('what cannot be kept fails no step, a snapshot neither: each says so', async () => {
    await writeFile(join(bench.artifacts, 'in-the-way'), '');
    const run = await bench.open(bench.flow([FORM, SNAPSHOT], { captureScreenshotAfterEachStep: true }), {
      runId: 'in-the-way',
    });
    const error = 'the picture could not be kept: file already exists';
    expect(await run.perform(0, LIVE)).toEqual({ index: 0, action: 'goto', ok: true, error });
    const a11y = expect.stringContaining('- button "Send"');
    expect(await run.perform(1, LIVE)).toEqual({ index: 1, action: 'snapshot', ok: true, error, a11y });
    await run.close({ keepVideo: false, reason: 'done' });
  });

  test('I9: a step that fails has its picture, however short its own time was', async () => {
    const short = { ...MISSING, timeoutMs: 20 };
    // On a machine that is busy enough one may come too late.
    await eventually(async () => {
      const failed = (await bench.run([FORM, short], { captureScreenshotAfterEachStep: true })).at(-1);
      expect(failed?.error).toMatch(/^click #nothing: timed out after 20 ms[^;]*$/);
      expect(await isPng(failed!.screenshotPath!)).toBe(true);
    });
  });

  test('a step without the picture that was asked for says why, beside why it failed', async () => {
    const wait = { action: 'waitForSelector', selector: '#nope', timeoutMs: 150 };
    const steps = [{ action: 'goto', url: '/loop-on-load?pictured' }, wait];
    const plan = bench.flow(steps, { captureScreenshotAfterEachStep: true });
    const run = await bench.open(plan);
    await run.perform(0, LIVE);
    await bench.site.asked('/looping?pictured');
    const { error, screenshotPath } = await run.perform(1, LIVE);
    await run.close({ keepVideo: false, reason: 'test over' });
    expect(screenshotPath).toBeUndefined();
    expect(error).toMatch(
      /^waitForSelector #nope: timed out after 150 ms.*; the picture could not be taken: the page gave none within \d+ ms$/,
    );
  });
});

describe('pictures of a run with values that are marked secret', () => {
  /** Pictures of the page with the form, and of one that shows what was sent; the value is as wide as the other one. */
  async function picturesOf(value: string, secret: boolean): Promise<string[]> {
    const outcomes = await bench.run([
      FORM,
      { action: 'fill', selector: '[name=name]', value, secret },
      SNAPSHOT,
      { action: 'click', selector: '#send' },
      { action: 'waitForSelector', selector: '#query' },
      SNAPSHOT,
    ]);
    const paths = outcomes.flatMap(({ screenshotPath }) => screenshotPath ?? []);
    return Promise.all(paths.map((path) => readFile(join(bench.artifacts, path), 'base64')));
  }

  test('I10: show them neither in their field nor where the page repeats them, encoded or not', async () => {
    const [one, other] = [await picturesOf('it is ñ 12', true), await picturesOf('it is ñ 21', true)];
    expect(one).toHaveLength(2);
    expect(one).toEqual(other);
    const [shown, different] = [await picturesOf('it is ñ 12', false), await picturesOf('it is ñ 21', false)];
    for (const index of [0, 1]) expect(shown[index]).not.toBe(different[index]);
  });
});

describe('accessibility trees', () => {
  test('are taken after each step when asked for', async () => {
    const [outcome] = await bench.run([FORM], { captureA11yAfterEachStep: true });
    expect(outcome?.a11y).toContain('- textbox "Name"');
    expect(outcome).not.toHaveProperty('screenshotPath');
  });

  test('I10: do not show fill values, however the page shows them', async () => {
    const secret = `it's "a: secret" & <more>`;
    const note = 'first secret line\nsecond  secret line';
    const outcomes = await bench.run(
      [
        FORM,
        { action: 'fill', selector: '[name=name]', value: secret },
        { action: 'fill', selector: '[name=note]', value: note },
        { action: 'click', selector: '#send' },
      ],
      { captureA11yAfterEachStep: true },
    );
    const trees = outcomes.map(({ a11y }) => a11y);
    expect(trees.join('\n')).not.toMatch(/secret/);
    expect(trees[2]).toContain('[REDACTED]');
    expect(trees[3]).toMatch(/name=\[REDACTED\]&note=\[REDACTED\]/);
  });

  extendedOnly(() => {
    test('of huge pages are cut and say so', async () => {
      const [, outcome] = await bench.run([{ action: 'goto', url: '/busy' }, SNAPSHOT]);
      expect(outcome?.ok).toBe(true);
      expect(outcome?.a11y?.length).toBeLessThan(LONGEST_A11Y + 100);
      expect(outcome?.a11y).toMatch(/\n# truncated: the tree has \d+ characters$/);
    });
  });
});

describe('video', () => {
  const recorded = { recordVideoOnFailure: true };
  const drive = async (pool: BrowserBench, keepVideo: boolean, runId: string) => {
    const run = await pool.open(pool.flow([FORM, SNAPSHOT], recorded), { runId, epoch: 2 });
    await run.perform(0, LIVE);
    await run.perform(1, LIVE); // with it the first picture of the video has come
    return run.close({ keepVideo, reason: 'done' });
  };

  extendedOnly(() => {
    test('comes with a picture of the step that failed, and of no other', async () => {
      const patient = { ...MISSING, timeoutMs: patiently(3_000) };
      const [opened, failed] = await bench.run([FORM, patient], recorded);
      expect(opened).not.toHaveProperty('screenshotPath');
      expect(failed).toMatchObject({ ok: false, screenshotPath: expect.stringMatching(/\.png$/) });
      const picture = await readFile(join(bench.artifacts, failed!.screenshotPath!));
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
      const [, without] = await bench.run([FORM, MISSING]);
      expect(without).not.toHaveProperty('screenshotPath');
    });
  });

  test.each(ENCODERS)(
    'is kept when the run failed, and dropped when not; nothing is left of %s',
    async (kind) => {
      await using encoder = await makeKnownEncoder(kind);
      const { magic } = encoder;
      await using own = await createBench({ ffmpegPath: encoder.path }, bench);
      expect(await drive(own, true, 'kept')).toEqual({ videoPath: 'kept/2-video-kept.webm' });
      // On a busy machine the run ends before its encoder.
      const bytes = await eventually(() => readFile(join(own.artifacts, 'kept/2-video-kept.webm')));
      expect(bytes.toString('hex', 0, magic.length / 2)).toBe(magic);
      expect(await drive(own, false, 'dropped')).toEqual({});
      const left = await readdir(own.artifacts, { recursive: true });
      expect(left.filter((name) => name.endsWith('.webm'))).toEqual(['kept/2-video-kept.webm']);
      await eventually(async () => {
        expect((await readdir(own.tempDir)).filter((name) => name.startsWith('video-'))).toEqual([]);
        expect(await processesNaming(`${own.tempDir}/video-`)).toEqual([]);
      });
    },
  );

  test('a missing ffmpeg fails no run; each run that asked for video says so, and the log once', async () => {
    await using own = await createBench({ ffmpegPath: undefined }, bench);
    for (const runId of ['first', 'second']) {
      const run = await own.open(own.flow([FORM], recorded), { runId });
      expect(run.notices).toEqual([{ code: 'no_video', text: expect.stringContaining('no ffmpeg') }]);
      expect(await run.close({ keepVideo: true, reason: 'done' })).toEqual({});
    }
    const unasked = await own.open(own.flow([FORM]));
    expect(unasked.notices).toEqual([]);
    await unasked.close({ keepVideo: false, reason: 'done' });
    const said = own.logged.filter(({ message }) => message.includes('ffmpeg'));
    expect(said).toEqual([{ level: 'warn', message: 'no ffmpeg was found: runs go without video' }]);
  });

  test('I16: with an ffmpeg there is nothing to say, until at its end a run has no video', async () => {
    await using encoder = await makeKnownEncoder('a stand-in');
    await using own = await createBench({ ffmpegPath: encoder.path }, bench);
    const full = async () => {
      throw new NoRoomError('the run has used its 64 MiB');
    };
    const ended = async (keepVideo: boolean, more: object, artifacts?: OpenRequest['artifacts']) => {
      const run = await own.open(own.flow([FORM, SNAPSHOT], more), artifacts && { artifacts });
      expect([run.notices, run.noVideo]).toEqual([[], undefined]);
      await run.perform(0, LIVE);
      await run.perform(1, LIVE);
      const { videoPath } = await run.close({ keepVideo, reason: 'done' });
      return { hasVideo: videoPath !== undefined, reported: run.noVideo };
    };
    expect(await ended(true, recorded)).toEqual({ hasVideo: true, reported: undefined });
    expect(await ended(false, recorded)).toMatchObject({ reported: { code: 'video_not_kept' } });
    expect(await ended(false, {})).toEqual({ hasVideo: false, reported: undefined });
    // An encoder that is slow does not know yet.
    await eventually(async () => {
      const { reported } = await ended(
        true,
        { ...recorded, playwrightTrace: 'off' },
        { put: full, discard: full },
      );
      expect(reported).toMatchObject({
        code: 'video_lost',
        text: expect.stringContaining('used its 64 MiB'),
      });
    });
  });

  test('I16: a run that passes and asked for a video has a notice at its end that there is none', async () => {
    await using encoder = await makeKnownEncoder('a stand-in');
    await using own = await createBench({ ffmpegPath: encoder.path }, bench);
    const flow = own.flow([FORM], recorded);
    const { events, ended } = startMachine(own, flow);
    expect((await ended).value).toBe('pass');
    expect(events.slice(-3)).toMatchObject([
      { type: 'transition', payload: { to: 'pass' } },
      { type: 'notice', payload: { code: 'video_not_kept' } },
      { type: 'run_end', payload: { status: 'pass' } },
    ]);
    expect(events.filter(({ type }) => type === 'notice')).toHaveLength(1);
  });

  test.each(['/does/not/exist', '/bin/false'])(
    'an ffmpeg that does not start (%s) fails no run; each run that asked for video says so, and the log once',
    async (ffmpegPath) => {
      await using own = await createBench({ ffmpegPath }, bench);
      for (const runId of ['first', 'second']) {
        const run = await own.open(own.flow([FORM, MISSING], recorded), { runId });
        expect(run.notices).toMatchObject([{ code: 'no_video' }]);
        await run.perform(0, LIVE);
        await run.perform(1, LIVE);
        expect(await run.close({ keepVideo: true, reason: 'done' })).toEqual({});
      }
      const said = own.logged.filter(({ message }) => message.includes('ffmpeg'));
      expect(said).toEqual([{ level: 'warn', message: 'ffmpeg does not start: runs go without video' }]);
    },
  );
});
