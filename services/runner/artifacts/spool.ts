/*
 * What a runner keeps while the object store takes its time: every artifact goes to a folder of this machine first, and
 * from there to the store. So no step and no cancel waits for the store, and an outage of it costs nothing as long as the
 * folder may grow. Owns the uploads. The folder is shared by the runners of a home, and each of them also sends what one
 * before it has left there.
 */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Artifacts, type HandedOver, NoRoomError } from '#shared/artifacts/artifacts.ts';
import { artifactsInFolder, pathOf } from '#shared/artifacts/local-folder.ts';
import { backoffMs } from '#shared/async/backoff.ts';
import { createSerialTask, type RunsAgain, type SerialTask } from '#shared/async/serial-task.ts';
import type { Log } from '#shared/process/log.ts';
import { onCode } from '#shared/process/on-code.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import { findLeft, removeEmptyFolders, takeOver } from './left-in-spool.ts';
import { sizeOf } from './size-of.ts';
import { createWaiting, type WaitingFile } from './waiting.ts';

export interface SpoolOptions {
  store: Pick<Artifacts, 'put'>;
  folder: string;
  /** What may wait there. */
  mostBytes: number;
  log: Pick<Log, 'info' | 'warn'>;
  /** How often it looks for what others have left, and how old that must be, ms (30,000). */
  leftMs?: number;
}

export interface Spool extends AsyncDisposable {
  /** Resolves when `content` is on this disk. @throws NoRoomError */
  put: Artifacts['put'];
  /** Sends what waits, for so long at most; the rest stays for the next runner. Never rejects. */
  flush(ms: number): Promise<void>;
}

const AT_ONCE = 4;
const AGAIN = { firstMs: 500, maxMs: 30_000 };

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const spool = new FolderSpool(options);
  await spool.open();
  return spool;
}

class FolderSpool implements Spool {
  readonly #options: SpoolOptions;
  readonly #folder: string;
  readonly #local: Artifacts;
  readonly #leftMs: number;
  readonly #waiting = createWaiting();
  readonly #sending: SerialTask;
  readonly #looking: SerialTask;
  /** Rounds since the store took something, once one has failed. */
  #failures = 0;
  #closed = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#folder = resolve(options.folder);
    this.#local = artifactsInFolder(this.#folder);
    this.#leftMs = options.leftMs ?? 30_000;
    this.#sending = createSerialTask(
      () => this.#sendAll(),
      (error) => this.#sendAgainIn(error),
    );
    this.#looking = createSerialTask(
      () => this.#look(),
      (err) => {
        options.log.warn({ err }, 'what waits for the object store could not be looked for');
        return this.#leftMs;
      },
    );
  }

  async open(): Promise<void> {
    await this.#local.prepare();
    await this.#looking.run();
  }

  async put(runId: string, name: string, content: Uint8Array | HandedOver): Promise<string> {
    const bytes = await sizeOf(content);
    if (this.#waiting.bytes + bytes > this.#options.mostBytes)
      throw new NoRoomError('too much waits for the object store');
    const release = this.#waiting.reserve(bytes);
    try {
      const put = () => this.#local.put(runId, name, content);
      // Its folder may have been removed as empty in this moment.
      const kept = await put().catch((error: unknown) => onCode('ENOENT', put)(error)());
      this.#waiting.add({ path: pathOf(runId, name), bytes }, { isLeft: false });
      if (this.#failures === 0) void this.#sending.run();
      return kept;
    } finally {
      release();
    }
  }

  async flush(ms: number): Promise<void> {
    const until = performance.now() + ms;
    const left = () => until - performance.now();
    while (!this.#closed && this.#waiting.size > 0 && left() > 0) {
      // Whatever keeps it from being sent, it is tried again until the time is over.
      await settlesWithin(this.#sending.run(), left());
      if (this.#waiting.size > 0)
        await delay(Math.min(backoffMs(AGAIN, this.#failures), Math.max(0, left())));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    // Not awaited: a store that hangs would hold up the process.
    void this.#looking.close();
    void this.#sending.close();
  }

  async #look(): Promise<number> {
    for (const file of await findLeft(this.#folder)) this.#waiting.add(file, { isLeft: true });
    if (this.#waiting.size > 0 && this.#failures === 0) void this.#sending.run();
    return this.#leftMs;
  }

  /** One that fails does not keep the others; the first failure is thrown. */
  async #sendAll(): Promise<RunsAgain> {
    const tried = new Set<string>();
    let sent = false;
    const sender = async () => {
      for (;;) {
        const next = this.#closed ? undefined : this.#waiting.next(tried);
        if (next === undefined) return;
        tried.add(next.path);
        if (await this.#send(next)) sent = true;
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, sender));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
    if (this.#failures === 0) return undefined;
    // Nothing was this runner's to send, so nothing is known of the store.
    if (!sent && this.#waiting.size > 0) return this.#inAWhile();
    this.#options.log.info({}, 'the object store takes artifacts again');
    this.#failures = 0;
    return undefined;
  }

  /** Whether the store has taken it. */
  async #send({ path, isLeft }: WaitingFile): Promise<boolean> {
    const file = join(this.#folder, path);
    const whose = isLeft ? await takeOver(file, this.#leftMs) : 'mine';
    if (whose === 'gone') this.#waiting.remove(path);
    if (whose === 'taken') this.#waiting.postpone(path);
    if (whose !== 'mine') return false;
    const [name = '', runId = ''] = path.split('/').reverse();
    try {
      await this.#options.store.put(runId, name, { file });
    } catch (error) {
      const isThere = await stat(file).catch(onCode('ENOENT', undefined));
      if (isThere) {
        this.#waiting.postpone(path);
        throw error;
      }
    }
    this.#waiting.remove(path);
    await removeEmptyFolders(file, this.#folder);
    return true;
  }

  #sendAgainIn(err: unknown): number {
    if (this.#failures === 0)
      this.#options.log.warn(
        { err, ...this.#waiting.told() },
        'artifacts wait on this disk for the object store',
      );
    return this.#inAWhile();
  }

  #inAWhile(): number {
    this.#failures += 1;
    return backoffMs(AGAIN, this.#failures);
  }
}
