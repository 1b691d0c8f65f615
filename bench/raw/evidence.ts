/* The bench's flow with evidence, as a script of one's own would take it: Playwright's screenshots, trees and recorder. */
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';

export const EVIDENCE = ['none', 'screenshots', 'trees', 'video', 'none, fails', 'video, kept'] as const;
/** `video` is dropped, as the flow passes; the last two fail at their end. */
export type Evidence = (typeof EVIDENCE)[number];

export const fails = (evidence: Evidence): boolean =>
  evidence === 'none, fails' || evidence === 'video, kept';

/** How long the step takes that fails, ms. */
export const FAILS_AFTER_MS = 300;
/** The size in which a runner records. */
const SIZE = { width: 800, height: 450 };

export async function flowWith(browser: Browser, evidence: Evidence, url: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'raw-evidence-'));
  const isRecorded = evidence.startsWith('video');
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    ...(isRecorded && { recordVideo: { dir, size: SIZE } }),
  });
  const page = await context.newPage();
  const look = lookAfterEachStep(page, evidence, dir);
  await page.goto(url);
  await look();
  await page.fill('#name', 'Ada');
  await look();
  await page.click('#buy');
  await look();
  if (fails(evidence))
    await page.waitForSelector('#never', { timeout: FAILS_AFTER_MS }).catch(() => undefined);
  if (evidence === 'video, kept') await page.screenshot({ path: join(dir, 'failed.png') });
  await context.close();
  await rm(dir, { recursive: true });
}

function lookAfterEachStep(page: Page, evidence: Evidence, dir: string): () => Promise<unknown> {
  let step = 0;
  return async () => {
    step += 1;
    if (evidence === 'screenshots') return page.screenshot({ path: join(dir, `${step}.png`) });
    return evidence === 'trees' ? page.ariaSnapshot() : undefined;
  };
}

/** Playwright's recorder takes only what lies where it would have downloaded it: there the machine's ffmpeg is put. */
export async function folderForRecorder(ffmpeg: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'raw-recorder-'));
  const known = `${import.meta.dirname}/../../node_modules/playwright-core/browsers.json`;
  const { browsers } = JSON.parse(await readFile(known, 'utf8')) as {
    browsers: { name: string; revision: string }[];
  };
  const { revision } = browsers.find(({ name }) => name === 'ffmpeg')!;
  await mkdir(join(path, `ffmpeg-${revision}`));
  await symlink(ffmpeg, join(path, `ffmpeg-${revision}`, 'ffmpeg-linux'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
