/*
 * Where the contexts of one browser write their traces, in clear: a folder that only this process can read. Playwright names
 * resources by their content and does not write one that is there, so contexts share them; owns when they are removed.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { onCode } from '#shared/platform/files/on-code.ts';

const MIB = 2 ** 20;
/** So much was loaded since the resources were last put aside: then they are again. */
const ASIDE_AFTER = 64 * MIB;
/** How long traces that are not read to their ends keep the folder of a browser that has ended. */
const LATE_MS = 30_000;

export interface TracesFolder {
  readonly path: string;
  /** A trace is written here until it leaves. */
  enter(): void;
  leave(): void;
  /** A resource; undefined if it has more bytes than `most`, or is not there. */
  read(name: string, most: number): Promise<Buffer | undefined>;
  /** So many bytes of bodies came. */
  loaded(bytes: number): void;
  /** It goes as soon as no trace is in it, or a while later. Never rejects. */
  remove(): Promise<void>;
}

const folders = new WeakMap<Browser, TracesFolder>();

export const tracesFolderOf = (browser: Browser): TracesFolder | undefined => folders.get(browser);

/** It is removed when the browser has ended. */
export function keepWith(browser: Browser, folder: TracesFolder): void {
  folders.set(browser, folder);
  browser.once('disconnected', () => void folder.remove());
  if (!browser.isConnected()) void folder.remove();
}

export async function makeTracesFolder(parent: string): Promise<TracesFolder> {
  // Readable by this user alone, as `mkdtemp` makes them.
  const folder = new Folder(await mkdtemp(join(parent, 'playwright-traces-')));
  await mkdir(folder.current);
  return folder;
}

class Folder implements TracesFolder {
  readonly path: string;
  readonly current: string;
  readonly #before: string;
  #traces = 0;
  #bytes = 0;
  #removing: Promise<void> = Promise.resolve();
  readonly #empty = new Set<() => void>();

  constructor(path: string) {
    this.path = path;
    this.current = join(path, 'resources');
    this.#before = join(path, 'resources-before');
  }

  enter(): void {
    this.#traces += 1;
  }

  leave(): void {
    this.#traces -= 1;
    if (this.#traces > 0) return;
    for (const resolve of this.#empty) resolve();
    this.#putAside();
    this.#removeAside();
  }

  async read(name: string, most: number): Promise<Buffer | undefined> {
    return (await readFile(join(this.current, name), most)) ?? readFile(join(this.#before, name), most);
  }

  loaded(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > ASIDE_AFTER) this.#putAside();
  }

  async remove(): Promise<void> {
    if (this.#traces > 0)
      await Promise.race([
        new Promise<void>((resolve) => this.#empty.add(resolve)),
        delay(LATE_MS, undefined, { ref: false }),
      ]);
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }

  /** A trace that has just named one still finds it; what it writes from now on is written anew. */
  #putAside(): void {
    this.#bytes = 0;
    this.#removeAside();
    this.#removing = this.#removing.then(() => {
      try {
        renameSync(this.current, this.#before);
        mkdirSync(this.current);
      } catch {
        // Its browser has ended.
      }
    });
  }

  #removeAside(): void {
    this.#removing = this.#removing.then(() =>
      rm(this.#before, { recursive: true, force: true }).catch(() => undefined),
    );
  }
}

async function readFile(path: string, most: number): Promise<Buffer | undefined> {
  const file = await open(path).catch(onCode('ENOENT', undefined));
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    return size > most ? undefined : await file.readFile();
  } finally {
    await file.close();
  }
}
