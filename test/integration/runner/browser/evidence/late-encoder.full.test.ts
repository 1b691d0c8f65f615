/* I4, I9, I13: an encoder that hangs holds up neither the end of its run nor other runs. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { commandLine } from '#shared/platform/process/identity.ts';
import type { RunBrowser } from '../../../../../services/runner/browser/run-browser.ts';
import { eventually, promisedMs } from '../../../../support/eventually.ts';
import { ENCODERS, type KnownEncoder, makeKnownEncoder } from '../../../../support/servers/known-encoder.ts';
import { extendedOnly } from '../../../../support/share.ts';
import { type BrowserBench, createBench, LIVE } from '../fixture.ts';
import { picturesIn } from './webm.ts';

const FORM = { action: 'goto', url: '/form' };
/** With it the first picture of the page has come. */
const SNAPSHOT = { action: 'snapshot' };
const RECORDED = { recordVideoOnFailure: true };
const failed = { keepVideo: true, reason: 'failed' };
const passed = { keepVideo: false, reason: 'passed' };

/** A run that has been recorded for a while, and whose encoder is stopped. */
async function recorded(
  bench: BrowserBench,
  known: KnownEncoder,
  runId: string,
): Promise<{ run: RunBrowser; encoder: number }> {
  const run = await bench.open(bench.flow([FORM, SNAPSHOT], RECORDED), { runId, epoch: 2 });
  await run.perform(0, LIVE);
  await run.perform(1, LIVE);
  const encoder = (await known.pids()).at(-1)!;
  process.kill(encoder, 'SIGSTOP');
  return { run, encoder };
}

/** Half of what an encoder may take. */
const SOON_MS = promisedMs(5_000);

async function closing(run: RunBrowser, how: typeof failed) {
  const start = performance.now();
  return { closed: await run.close(how), took: performance.now() - start };
}

const isGone = (pid: number) => eventually(async () => expect(await commandLine(pid)).toBeUndefined());

describe('an encoder that is stopped', () => {
  test.each(ENCODERS)(
    'I9: %s holds up no end; the run tells where its video will be, and there it comes',
    async (kind) => {
      await using known = await makeKnownEncoder(kind);
      await using bench = await createBench({ ffmpegPath: known.path });
      const { run, encoder } = await recorded(bench, known, 'late');
      // The encoder could neither end nor, for as long as it is given, be killed meanwhile: below it goes on.
      const closed = await run.close(failed);
      const file = join(bench.artifacts, 'late/2-video-late.webm');
      await expect(stat(file)).rejects.toThrow('ENOENT');
      expect(closed).toEqual({ videoPath: 'late/2-video-late.webm' });
      expect(run.noVideo).toBeUndefined();
      expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 0, retired: false }]);
      process.kill(encoder, 'SIGCONT');
      const video = await eventually(() => readFile(file));
      expect(video.toString('hex', 0, known.magic.length / 2)).toBe(known.magic);
      await isGone(encoder);
      expect(bench.logged).toEqual([]);
    },
  );

  extendedOnly(() => {
    test('I4: holds up no pass, and is killed', async () => {
      await using known = await makeKnownEncoder('a stand-in');
      await using bench = await createBench({ ffmpegPath: known.path });
      const { run, encoder } = await recorded(bench, known, 'passed');
      const { closed, took } = await closing(run, passed);
      expect(closed).toEqual({});
      expect(took).toBeLessThan(SOON_MS);
      await isGone(encoder);
      expect(bench.logged).toEqual([]);
    });

    test('I9: is waited for when the runner leaves, for a while', async () => {
      await using known = await makeKnownEncoder('a stand-in');
      await using bench = await createBench({ ffmpegPath: known.path });
      const [saved, lost] = [await recorded(bench, known, 'saved'), await recorded(bench, known, 'lost')];
      await Promise.all([saved.run.close(failed), lost.run.close(failed)]);
      process.kill(saved.encoder, 'SIGCONT');
      await bench.pool.finishEvidence(3_000);
      expect((await stat(join(bench.artifacts, 'saved/2-video-saved.webm'))).size).toBeGreaterThan(0);
      await Promise.all([isGone(saved.encoder), isGone(lost.encoder)]);
      await eventually(() =>
        expect(bench.logged).toEqual([
          { level: 'warn', message: 'the video that the run tells of could not be finished' },
        ]),
      );
      await expect(stat(join(bench.artifacts, 'lost/2-video-lost.webm'))).rejects.toThrow('ENOENT');
    });

    test('I13: costs other runs nothing; if many are late at a time, the next is given up', async () => {
      await using known = await makeKnownEncoder('a stand-in');
      await using bench = await createBench({ ffmpegPath: known.path });
      const runs = await Promise.all(
        Array.from({ length: 5 }, (_, index) =>
          bench.open(bench.flow([FORM, SNAPSHOT], RECORDED), { runId: `many-${index}` }),
        ),
      );
      await Promise.all(runs.map((run) => run.perform(0, LIVE)));
      await Promise.all(runs.map((run) => run.perform(1, LIVE)));
      for (const encoder of (await known.pids()).slice(-5)) process.kill(encoder, 'SIGSTOP');
      const ends = await Promise.all(runs.map((run) => closing(run, failed)));
      expect(ends.filter(({ closed }) => closed.videoPath === undefined)).toHaveLength(1);
      for (const { took } of ends) expect(took).toBeLessThan(SOON_MS);
      expect(runs.flatMap(({ noVideo }) => noVideo?.code ?? [])).toEqual(['video_lost']);
      expect(bench.logged).toContainEqual({
        level: 'warn',
        message: 'the video is given up: the encoder is slow, and others wait for it',
      });
      const other = await bench.open(bench.flow([FORM]));
      expect(await other.perform(0, LIVE)).toMatchObject({ ok: true });
      await other.close(passed);
    });
  });
});

extendedOnly(() => {
  test('a page that stands still is encoded once, and the video lasts as long as it was shown', async () => {
    await using known = await makeKnownEncoder('ffmpeg');
    await using bench = await createBench({ ffmpegPath: known.path });
    const run = await bench.open(bench.flow([FORM], RECORDED), { runId: 'still' });
    await run.perform(0, LIVE);
    const [encoder] = (await known.pids()).slice(-1);
    await delay(4_000); // nothing happens: what is measured is what that leaves to do
    const { videoPath } = await run.close(failed);
    await isGone(encoder!);
    const pictures = picturesIn(await eventually(() => readFile(join(bench.artifacts, videoPath!))));
    expect(pictures.length).toBeLessThan(20); // ten a second would be 40
    expect(pictures.at(-1)).toBeGreaterThan(3_000);
  });
});
