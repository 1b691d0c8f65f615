import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine } from '#shared/process/identity.ts';
import { createBench, LIVE } from './fixture.ts';

const FORM = { action: 'goto', url: '/form' };
/** Long enough for the first pictures of the page, and for that of its end: a fraction of this time is for it. */
const WAIT = { action: 'waitForSelector', selector: '#nothing', timeoutMs: 4_000 };
const RECORDED = { recordVideoOnFailure: true };
const failed = { keepVideo: true, reason: 'failed' };

let folder: string;
let ffmpegPath: string;
const pidFile = () => `${ffmpegPath}.pid`;

/** An encoder that takes all frames and then does not come to an end. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghostly-test-encoder-'));
  ffmpegPath = join(folder, 'slow-encoder');
  await writeFile(ffmpegPath, `#!/bin/sh\necho $$ > '${pidFile()}'\ncat > /dev/null\nexec sleep 60\n`);
  await chmod(ffmpegPath, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

describe('an encoder that does not finish', () => {
  test('I4: is killed, and costs neither the other runs nor their browser anything', async () => {
    await using bench = await createBench({ ffmpegPath });
    const other = await bench.open(bench.flow([FORM]));
    const run = await bench.open(bench.flow([FORM, WAIT], RECORDED), { runId: 'late', epoch: 2 });
    await run.perform(0, LIVE);
    await run.perform(1, LIVE);
    const start = performance.now();
    expect(await run.close(failed)).toEqual({});
    expect(performance.now() - start).toBeLessThan(1_600);
    expect(await commandLine(Number(await readFile(pidFile(), 'utf8')))).toBeUndefined();
    expect(await other.perform(0, LIVE)).toMatchObject({ ok: true });
    expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 1, retired: false }]);
    expect(bench.logged).toEqual([{ level: 'warn', message: 'the video could not be finished' }]);
    await other.close(failed);
    await expect(stat(join(bench.artifacts, 'late/2-video-late.webm'))).rejects.toThrow('ENOENT');
  });

  test('I8: a run whose page comes while the pool waits for it is closed and refused', async () => {
    await using bench = await createBench({ ffmpegPath });
    const first = await bench.open(bench.flow([FORM, WAIT], RECORDED));
    await first.perform(0, LIVE);
    await first.perform(1, LIVE);
    const closed = first.close(failed);
    const late = bench.open(bench.flow([FORM]));
    const refused = expect(late).rejects.toMatchObject({ code: 'pool_closed' });
    await Promise.all([bench.pool.close(), closed, refused]);
    expect(bench.pool.describe().browsers).toEqual([]);
  });
});
