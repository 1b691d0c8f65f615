/*
 * Where Playwright's recorder of one context writes: memory instead of files, so that nothing in clear is on a disk. No call
 * waits for its looks at pages, which answer in order anyway. Owns what has come and was not taken yet.
 */
import { basename } from 'node:path';
import type { BrowserContext } from 'playwright';
import { LARGEST_RESOURCE } from './redact-resource.ts';

/** What is waiting to be taken has so many bytes at most; more ends the trace. */
const MOST_WAITING = 32 * 2 ** 20;
/** A frame that does not answer is not asked more often at once. */
const MOST_LOOKS = 4;
/** A look at a document with more elements would keep its page busy for long, and be too large to be kept. */
const MOST_ELEMENTS = 20_000;

/** Parts of Playwright that its types leave out, all in this process. */
interface Recorder {
  _fs: Files;
  _harTracer: { setOmitWebSocketFrames(omits: boolean): void };
  _snapshotter: Snapshotter;
}
interface Snapshotter {
  captureSnapshot(...args: unknown[]): Promise<void>;
  _captureFrameSnapshot(frame: Frame, ...args: unknown[]): Promise<object | undefined>;
}
interface Frame {
  nonStallingRawEvaluateInExistingMainContext(expression: string): Promise<unknown>;
}
interface Files {
  mkdir(): void;
  writeFile(path: string, content: Buffer | string): void;
  appendFile(path: string, text: string): void;
  copyFile(): void;
  sync(): Promise<void>;
}
interface Reaches {
  _connection?: { toImpl?(object: object): Partial<Recorder> };
  _startCollectingStacks?(): Promise<void>;
}

export interface Tap {
  /** The whole lines that have come since the last call. */
  take(): { trace: string[]; network: string[] };
  /** A file that a line has named, once; undefined if it is not there, or was too large. */
  file(name: string): Buffer | undefined;
  /** Bytes that have come. */
  readonly bytes: number;
  /** More came at once than is kept: something is missing. */
  readonly isOver: boolean;
  /** Resolves when all looks so far have ended. */
  looked(): Promise<unknown>;
  /** Nothing more is kept. */
  close(): void;
}

/** Before it is started. Throws if this Playwright is built in another way. */
export function tapRecorder({ tracing }: BrowserContext): Tap {
  const reaches: BrowserContext['tracing'] & Reaches = tracing;
  const recorder = reaches._connection?.toImpl?.(tracing);
  if (!recorder?._fs || !recorder._snapshotter || !recorder._harTracer?.setOmitWebSocketFrames)
    throw new Error('Playwright keeps its traces elsewhere');
  // Nobody reads them, and as long as one trace has them every call of the process sends its own.
  reaches._startCollectingStacks = async () => undefined;
  // Their binary ones would hide a secret, and each costs; the start would ask the environment.
  recorder._harTracer.setOmitWebSocketFrames(true);
  recorder._harTracer.setOmitWebSocketFrames = () => undefined;
  const written = new Written();
  recorder._fs = written;
  const looked = withoutWaiting(recorder._snapshotter);
  return {
    take: () => written.take(),
    file: (name) => written.file(name),
    get bytes() {
      return written.bytes;
    },
    get isOver() {
      return written.isOver;
    },
    looked,
    close: () => written.close(),
  };
}

class Written implements Files {
  bytes = 0;
  isOver = false;
  #isClosed = false;
  #waiting = 0;
  #lines: Record<'trace' | 'network', string[]> = { trace: [], network: [] };
  readonly #files = new Map<string, Buffer>();

  take(): Record<'trace' | 'network', string[]> {
    const { trace, network } = this.#lines;
    this.#lines = { trace: [], network: [] };
    for (const text of [...trace, ...network]) this.#waiting -= text.length;
    // Requests that went on when it was stopped come as one text.
    const linesOf = (texts: string[]) =>
      texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
    return { trace: linesOf(trace), network: linesOf(network) };
  }

  file(name: string): Buffer | undefined {
    const bytes = this.#files.get(name);
    if (this.#files.delete(name)) this.#waiting -= bytes?.length ?? 0;
    return bytes;
  }

  close(): void {
    this.#isClosed = true;
    this.#lines = { trace: [], network: [] };
    this.#files.clear();
  }

  writeFile(path: string, content: Buffer | string): void {
    const bytes = Buffer.from(content);
    if (bytes.length > LARGEST_RESOURCE) this.bytes += bytes.length;
    else if (bytes.length > 0 && this.#hasRoom(bytes.length)) this.#files.set(basename(path), bytes);
  }

  appendFile(path: string, text: string): void {
    const [, type] = /\.(trace|network)$/.exec(path) ?? [];
    // Frames of WebSockets would be the other.
    if (type !== undefined && this.#hasRoom(text.length)) this.#lines[type as 'trace' | 'network'].push(text);
  }

  mkdir(): void {}
  copyFile(): void {}
  async sync(): Promise<void> {}

  #hasRoom(bytes: number): boolean {
    if (this.#isClosed) return false;
    this.bytes += bytes;
    this.isOver ||= this.#waiting + bytes > MOST_WAITING;
    if (!this.isOver) this.#waiting += bytes;
    return !this.isOver;
  }
}

/** Returns what waits for the looks that are under way. */
function withoutWaiting(snapshotter: Snapshotter): Tap['looked'] {
  const looks = new Set<Promise<void>>();
  const frames = new WeakMap<Frame, { asked: number; lost: number }>();
  const captureSnapshot = snapshotter.captureSnapshot.bind(snapshotter);
  snapshotter.captureSnapshot = async (...args) => {
    const look: Promise<void> = captureSnapshot(...args)
      .catch(() => undefined)
      .finally(() => looks.delete(look));
    looks.add(look);
  };
  const capture = snapshotter._captureFrameSnapshot.bind(snapshotter);
  snapshotter._captureFrameSnapshot = async (frame, ...args) => {
    const known = frames.get(frame) ?? { asked: 0, lost: 0 };
    frames.set(frame, known);
    if (known.asked >= MOST_LOOKS) return undefined;
    known.asked += 1;
    const { lost } = known;
    const look = await capture(unlessHuge(frame), ...args);
    known.asked -= 1;
    if (look === undefined) known.lost += 1;
    // What was asked before another was lost may build on that; the next one is whole.
    return known.lost === lost ? look : undefined;
  };
  return () => Promise.all(looks);
}

/** The same frame, which answers nothing if its document is huge. It says so in one turn with the look itself. */
const unlessHuge = (frame: Frame): Frame =>
  new Proxy(frame, {
    get: (target, name) =>
      name === 'nonStallingRawEvaluateInExistingMainContext'
        ? (expression: string) =>
            target[name](
              `document.getElementsByTagName('*').length > ${MOST_ELEMENTS} ? undefined : ${expression}`,
            )
        : Reflect.get(target, name),
  });
