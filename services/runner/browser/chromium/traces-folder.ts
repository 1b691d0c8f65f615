/*
 * Where the contexts of one browser write their traces, in clear: a folder that only this process can read. Playwright names
 * resources by their content and does not write one that is there, so contexts share them; owns when they are removed.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { onCode } from '#shared/platform/files/on-code.ts';

const MIB = 2 ** 20;
/** So much was loaded since the resources were last put aside: then they are again. */
const ASIDE_AFTER = 64 * MIB;

export interface TracesFolder {
  readonly path: string;
  /** A trace is written here until it leaves. */
  enter(): void;
  leave(): void;
  /** A resource; undefined if it has more bytes than `most`, or is not there. */
  read(name: string, most: number): Promise<Buffer | undefined>;
  /** So many bytes of bodies came. */
  loaded(bytes: number): void;
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
    if (this.#traces === 0) this.#putAside();
  }

  async read(name: string, most: number): Promise<Buffer | undefined> {
    return (await readFile(join(this.current, name), most)) ?? readFile(join(this.#before, name), most);
  }

  loaded(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > ASIDE_AFTER) this.#putAside();
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }

  /** A trace that has just named one still finds it; what it writes from now on is written anew. */
  #putAside(): void {
    this.#bytes = 0;
    this.#removing = this.#removing.then(async () => {
      await rm(this.#before, { recursive: true, force: true }).catch(() => undefined);
      try {
        renameSync(this.current, this.#before);
        mkdirSync(this.current);
      } catch {
        // Its browser has ended.
      }
    });
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
