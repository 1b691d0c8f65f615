/*
 * Artifacts go to a folder of this machine first and then to the object store, so no step or cancel waits for the store.
 * Owns the folder's files, those that an earlier runner of the home left included; `sender.ts` decides when to send.
 */
import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type ArtifactRefusedError,
  type Artifacts,
  type HandedOver,
  NoRoomError,
  type StoreUnavailableError,
} from '#shared/adapters/artifacts/artifacts.ts';
import { artifactsInFolder, pathOf } from '#shared/adapters/artifacts/local-folder.ts';
import { isRefusalNote, refusalNoteOf } from '#shared/adapters/artifacts/refusal-note.ts';
import type { Backoff } from '#shared/platform/async/backoff.ts';
import { createSerialTask, type SerialTask } from '#shared/platform/async/serial-task.ts';
import { onCode } from '#shared/platform/files/on-code.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { findLeft, removeEmptyFolders, takeOver } from './left-in-spool.ts';
import { createSender, type Sender } from './sender.ts';
import { byteSizeOf } from './size-of.ts';
import { createWaiting, type WaitingFile } from './waiting.ts';

export interface SpoolOptions {
  store: Pick<Artifacts, 'put' | 'discard'>;
  folder: string;
  /** What may wait there. */
  mostBytes: number;
  log: Pick<Log, 'info' | 'warn'>;
  /** How often it looks for what others have left, and how old that must be, ms (30,000). */
  leftMs?: number;
  /** The pause between two tries (0.5 to 30 s). */
  again?: Backoff;
  /** How long an artifact is kept that the store refuses for a reason that may pass, ms (a day). */
  keepMs?: number;
}

export interface Spool extends AsyncDisposable {
  /** Resolves when `content` is on this disk. @throws NoRoomError */
  put: Artifacts['put'];
  /** Removes them here and in the store. @throws StoreUnavailableError */
  discard: Artifacts['discard'];
  /** Sends what waits, for so long at most; the rest stays for the next runner. Never rejects. */
  flush(ms: number): Promise<void>;
  /** How many artifacts wait that the store has refused. */
  readonly refused: number;
}

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
  readonly #sender: Sender;
  readonly #looking: SerialTask;
  /** What is being sent, though it is to go. */
  readonly #unwanted = new Set<string>();

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#folder = resolve(options.folder);
    this.#local = artifactsInFolder(this.#folder);
    this.#leftMs = options.leftMs ?? 30_000;
    this.#sender = createSender({
      waiting: this.#waiting,
      leftMs: this.#leftMs,
      log: options.log,
      again: options.again,
      keepMs: options.keepMs,
      send: (file) => this.#send(file),
      giveUp: (file, refusal) => this.#giveUp(file, refusal),
      note: (file, error) => this.#note(file, error),
    });
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
    const bytes = await byteSizeOf(content);
    if (this.#waiting.bytes + bytes > this.#options.mostBytes)
      throw new NoRoomError('too much waits for the object store');
    const release = this.#waiting.reserve(bytes);
    try {
      const put = () => this.#local.put(runId, name, content);
      // Its folder may have been removed as empty in this moment.
      const kept = await put().catch((error: unknown) => onCode('ENOENT', put)(error)());
      this.#waiting.add({ path: pathOf(runId, name), bytes }, { isLeft: false });
      this.#sender.go();
      return kept;
    } finally {
      release();
    }
  }

  async discard(runId: string, names: readonly string[]): Promise<void> {
    const paths = new Set(names.map((name) => pathOf(runId, name)));
    for (const { path, isUnderWay } of this.#waiting)
      if (paths.has(path) && isUnderWay) this.#unwanted.add(path);
    for (const path of paths) this.#waiting.remove(path);
    await this.#local.discard(runId, names);
    await this.#options.store.discard(runId, names);
  }

  async flush(ms: number): Promise<void> {
    await this.#sender.flush(ms);
    if (this.#waiting.size > 0)
      this.#options.log.warn(
        this.#waiting.logFields(),
        'artifacts stay on this disk, for the next runner to send',
      );
  }

  get refused(): number {
    return [...this.#waiting].filter(({ refusedAt }) => refusedAt !== undefined).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sender[Symbol.dispose]();
    // Not awaited: a disk that hangs would hold up the process.
    void this.#looking.close();
  }

  async #look(): Promise<number> {
    for (const file of await findLeft(this.#folder)) this.#waiting.add(file, { isLeft: true });
    this.#sender.go();
    return this.#leftMs;
  }

  async #send({ path, isLeft }: WaitingFile): Promise<'sent' | 'taken' | 'gone'> {
    const file = join(this.#folder, path);
    const whose = isLeft ? await takeOver(file, this.#leftMs) : 'mine';
    if (whose === 'gone') this.#waiting.remove(path);
    if (whose !== 'mine') return whose;
    const { runId, name } = partsOf(path);
    try {
      await this.#options.store.put(runId, name, { file });
    } catch (error) {
      const isThere = await stat(file).catch(onCode('ENOENT', undefined));
      if (isThere) throw error;
    }
    this.#waiting.remove(path);
    if (this.#unwanted.delete(path)) await this.#options.store.discard(runId, [name]);
    await removeEmptyFolders(file, this.#folder);
    return 'sent';
  }

  /**
   * A note goes in its place, so that gateways can say what has become of it. Without one the artifact stays, and is found
   * by the next look.
   */
  async #giveUp({ path }: WaitingFile, refusal: ArtifactRefusedError): Promise<void> {
    const { log } = this.#options;
    const { runId, name } = partsOf(path);
    const file = join(this.#folder, path);
    this.#waiting.remove(path);
    try {
      if (!isRefusalNote(name)) await this.put(runId, refusalNoteOf(name), Buffer.from(refusal.answer));
      await rm(file, { force: true });
      METRICS.artifactsRefused.add({});
      log.warn(
        { ...runFields({ runId }), file: name, err: refusal },
        'the object store goes on refusing an artifact, which is given up',
      );
      await removeEmptyFolders(file, this.#folder);
    } catch (err) {
      log.warn(
        { ...runFields({ runId }), file: name, err },
        'it could not be noted that an artifact is given up',
      );
    }
  }

  /** Not by way of the spool: it is to be known at once whether the store takes it. The file itself stays where it is. */
  async #note({ path }: WaitingFile, error: StoreUnavailableError): Promise<boolean> {
    const { store, log } = this.#options;
    const { runId, name } = partsOf(path);
    if (isRefusalNote(name)) return false;
    try {
      await store.put(runId, refusalNoteOf(name), Buffer.from(error.answer ?? ''));
    } catch {
      return false; // the store is away
    }
    log.warn(
      { ...runFields({ runId }), file: name, err: error },
      'the object store takes others, but not this artifact: the runner tries once more, then leaves without it',
    );
    return true;
  }
}

/** Its last two folders, whatever is above them. */
function partsOf(path: string): { runId: string; name: string } {
  const [name = '', runId = ''] = path.split('/').reverse();
  return { runId, name };
}
