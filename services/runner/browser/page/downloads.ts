/*
 * What becomes of the files that a run's pages offer: one that a step expects is kept as an artifact, any other is refused.
 * Owns the copy on its way; the browser has its own, which goes with its context. None is larger than `mostBytes`.
 */
import { randomUUID } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BrowserContext, Download, Page } from 'playwright';
import type { Said } from '#shared/domain/events/said.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { StepFailure } from '../errors.ts';
import { oneLine } from '../failure.ts';
import { raceSignal } from '../race.ts';

/** What became of a file. */
type Fate = Pick<Said, 'path' | 'bytes' | 'refused'>;

interface DownloadsOptions {
  context: BrowserContext;
  page: Page;
  /** Whether any step of the run expects one: else the browser refuses all by itself. */
  areExpected: boolean;
  mostBytes: number;
  /** Keeps a file under this name, and resolves with its path. */
  keep(name: string, file: string): Promise<string>;
}

interface Expected {
  name: string;
  /** The first that came is the one. */
  came?: Download;
  isTooLarge?: boolean;
  /** It is known what became of it. */
  isOver?: true;
  readonly fate: PromiseWithResolvers<Fate>;
}

const MIB = 1024 ** 2;

export class Downloads {
  readonly #options: DownloadsOptions;
  #expected: Expected | undefined;
  #kept = 0;

  constructor(options: DownloadsOptions) {
    this.#options = options;
    if (!options.areExpected) return;
    this.#bound(options.page);
    options.context.on('page', (page) => this.#bound(page));
  }

  /** Whether the step that begins expects a download; what an earlier one still waits for does not come any more. */
  expect(download: Step['download']): void {
    const { came, isOver } = this.#expected ?? {};
    if (!isOver) void came?.cancel().catch(() => undefined); // it has ended
    const as = typeof download === 'object' ? `-${download.as}` : '';
    this.#expected = download && { name: `download-${this.#kept}${as}`, fate: Promise.withResolvers() };
  }

  /** Says what became of a file before a step that waits for it goes on. */
  async take(download: Download, say: (fate: Fate) => void): Promise<void> {
    const expected = this.#expected;
    if (!expected || expected.came) {
      say({ refused: 'no step expected it' });
      return download.cancel();
    }
    expected.came = download;
    const fate = await this.#keep(download, expected).catch((error: unknown) => ({
      refused: oneLine(error),
    }));
    expected.isOver = true;
    say(fate);
    expected.fate.resolve(fate);
  }

  /** Resolves when the file that the step expects is kept. @throws StepFailure if it is not, or not within `ms` */
  async kept(signal: AbortSignal, ms: number): Promise<void> {
    const expected = this.#expected;
    if (!expected) return;
    const isHere = await settlesWithin(raceSignal(expected.fate.promise, signal), Math.max(0, ms));
    signal.throwIfAborted();
    if (!isHere)
      throw new StepFailure(expected.came ? 'the download did not end in time' : 'no download began in time');
    const { refused } = await expected.fate.promise;
    if (refused !== undefined) throw new StepFailure(`the download was not kept: ${refused}`);
  }

  async #keep(download: Download, expected: Expected): Promise<Fate> {
    const { mostBytes, keep } = this.#options;
    const refusal = { refused: `it is larger than ${mostBytes / MIB} MiB` };
    const why = await download.failure();
    if (expected.isTooLarge) return refusal;
    if (why !== null) return { refused: why };
    const copy = join(tmpdir(), `download-${randomUUID()}`);
    try {
      const bytes = await copyOwn(await download.path(), copy, mostBytes);
      if (bytes === undefined) return refusal;
      const path = await keep(expected.name, copy);
      this.#kept += 1;
      return { path, bytes };
    } finally {
      await rm(copy, { force: true });
    }
  }

  /** Chromium itself says how large a file is while it comes. */
  #bound(page: Page): void {
    const listening = async () => {
      const session = await page.context().newCDPSession(page);
      session.on('Page.downloadProgress', ({ receivedBytes, state }) => {
        const { came } = this.#expected ?? {};
        if (state !== 'inProgress' || receivedBytes <= this.#options.mostBytes || !came) return;
        this.#expected!.isTooLarge = true;
        void came.cancel().catch(() => undefined); // it has ended
      });
      await session.send('Page.enable');
    };
    void listening().catch(() => undefined); // the page is gone
  }
}

/**
 * Copies a file that Chromium has written, and returns its size; undefined if that is over `most`. Chromium's user may put
 * anything in its place: what is no plain file of one name is not read.
 */
async function copyOwn(from: string, to: string, most: number): Promise<number | undefined> {
  await using file = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stat = await file.stat();
  if (!stat.isFile() || stat.nlink !== 1) throw new Error('it is no plain file');
  if (stat.size > most) return undefined;
  await pipeline(
    file.createReadStream({ autoClose: false, start: 0, end: Math.max(0, stat.size - 1) }),
    createWriteStream(to, { flags: 'wx', mode: 0o600 }),
  );
  return stat.size;
}
