/* The user that encodes videos: frames come from hostile pages, and an encoder is written in C. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import {
  findBrowserUser,
  findEncoderUser,
} from '../../../../../services/runner/browser/chromium/browser-user.ts';
import { makeTempDir } from '../../../../../services/runner/browser/chromium/temp-dir.ts';
import { recordVideo } from '../../../../../services/runner/browser/evidence/video.ts';
import { eventually } from '../../../../support/eventually.ts';
import { needs } from '../../../../support/machine.ts';
import { processesNaming } from '../fixture.ts';

/** An encoder where none may be installed: it writes what it is given, and stays in the list of processes under its own name. */
const ENCODER = '#!/bin/sh\ncase $1 in -version) exit ;; esac\nfor file; do :; done\ncat > "$file"\n';

const field = async (pid: number, name: string): Promise<string | undefined> => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(text)?.[1];
};

test('I10, I11: where the runner may switch users, the encoder is another one than Chromium and the runner', async () => {
  await needs('root', 'Chromium for any user');
  const { path } = await findChromium({ env: process.env });
  const browserUser = findBrowserUser([path]);
  const root = await mkdtemp(join(tmpdir(), 'ghostly-test-encoder-user-'));
  const folder = await makeTempDir(root, 'test', browserUser);
  const ffmpegPath = join(folder.videos, 'ffmpeg');
  await writeFile(ffmpegPath, ENCODER, { mode: 0o755 });
  const user = findEncoderUser(ffmpegPath)!;
  expect(new Set([user.uid, browserUser?.uid, process.getuid?.()]).size).toBe(3);

  const browser = await chromium.launch({ executablePath: path, chromiumSandbox: false });
  try {
    const page = await browser.newPage();
    const failures: unknown[] = [];
    const failed = (error: unknown) => failures.push(error);
    const options = { videos: folder.videos, ffmpegPath, environment: process.env, user };
    const recorder = recordVideo(page, 'video', options, failed);
    await page.setContent('<h1>recorded</h1>');
    const draft = join(folder.videos, 'video.webm');
    // It starts as the runner, and has the other user before it reads anything.
    await eventually(async () => {
      const pids = await processesNaming(draft);
      expect(pids).toHaveLength(1);
      expect(Number(await field(pids[0]!, 'Uid'))).toBe(user.uid);
      expect(await field(pids[0]!, 'CapEff')).toMatch(/^0+$/);
    });
    await eventually(async () => expect((await stat(draft)).size).toBeGreaterThan(0));
    const sizes: number[] = [];
    const kept = await recorder.finish(async (file) => {
      sizes.push((await readFile(file)).length);
      return file;
    });
    expect([kept, failures]).toEqual([draft, []]);
    expect(sizes[0]).toBeGreaterThan(0);
    expect(await readdir(folder.videos)).not.toContain('video.webm');
  } finally {
    await browser.close();
    await folder[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  }
});
