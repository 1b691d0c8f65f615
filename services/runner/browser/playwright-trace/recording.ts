/*
 * Playwright's trace of one run. Playwright writes it in clear into a private folder; twice a second what is new is redacted
 * and kept as a piece, so a runner that dies has lost half a second. Owns these files, not the context.
 */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { BrowserContext } from 'playwright';
import {
  NETWORK_LINES,
  packPiece,
  TRACE_LINES,
  type TracePart,
} from '#shared/domain/playwright-trace/pieces.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { TracesFolder } from '../chromium/traces-folder.ts';
import { followLines, type NewLines } from './new-lines.ts';
import { type LineReader, LONGEST_LINE, redactLine } from './redact-line.ts';
import { LARGEST_RESOURCE, redactResource, resourceName } from './redact-resource.ts';
import { createStepCalls, type StepCalls } from './step-calls.ts';

const MIB = 2 ** 20;
const EACH_MS = 500;
/** A piece counts for no less, so that their number has a bound, too. */
const LEAST_PIECE = 4_096;
/** Playwright may write so many times what is kept: what is left out is on the disk for a moment. */
const MOST_RAW = 8;
/** How long Playwright may take to write the requests that still go on. */
const STOP_MS = 100;

export interface RecordingOptions {
  context: BrowserContext;
  folder: TracesFolder;
  /** What its files are called, unique in the folder. */
  name: string;
  secrets: Pick<LineReader, 'redact' | 'hidesFields'>;
  /** The most that is kept, MiB. */
  mostMib: number;
  /** Keeps a piece. */
  put(index: number, piece: Uint8Array): Promise<unknown>;
  /** Removes the first so many pieces. */
  discard(pieces: number): Promise<void>;
  onFailed(error: unknown): void;
}

export interface Recording extends Pick<StepCalls, 'begins' | 'ended'> {
  /** Writes down what still goes on; the context may be closed then. In bounded time; never rejects. */
  stop(): Promise<void>;
  /** Keeps the rest, or removes all of it. After `stop`. Never rejects. */
  finish(keeps: boolean): Promise<void>;
}

const zipped = promisify(gzip);

export async function startRecording(options: RecordingOptions): Promise<Recording> {
  const { context, name, folder } = options;
  folder.enter();
  try {
    // Not `live`: with each call, that would write the stacks of all calls of every such trace.
    // Pictures would cost more than all the rest, and a page has only one screencast, which a video may need.
    await context.tracing.start({ name, snapshots: true, screenshots: false, sources: false });
  } catch (error) {
    folder.leave();
    throw error;
  }
  return new TraceRecording(options);
}

class TraceRecording implements Recording {
  readonly #options: RecordingOptions;
  readonly #steps = createStepCalls();
  readonly begins = this.#steps.begins;
  readonly ended = this.#steps.ended;
  readonly #files: string[];
  readonly #trace: NewLines;
  readonly #network: NewLines;
  /** What each is kept as, by Playwright's name; undefined: left out. */
  readonly #resources = new Map<string, string | undefined>();
  readonly #names = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #loaded = 0;
  #hasLines = false;
  #pieces = 0;
  #bytes = 0;
  /** Why nothing more is kept. */
  #over: string | undefined;
  /** It says so, or need not. */
  #hasNote = false;
  #stopping: Promise<void> | undefined;
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;

  constructor(options: RecordingOptions) {
    const { folder, name } = options;
    this.#options = options;
    this.#files = ['trace', 'network', 'stacks'].map((type) => join(folder.path, `${name}.${type}`));
    const [trace = '', network = ''] = this.#files;
    this.#trace = followLines(trace, LONGEST_LINE);
    this.#network = followLines(network, LONGEST_LINE);
    this.#timer = setInterval(() => {
      if (!this.#isWorking) void this.#work();
    }, EACH_MS).unref();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async finish(keeps: boolean): Promise<void> {
    await this.stop();
    if (!keeps) {
      this.#over ??= 'it is not kept';
      this.#hasNote = true;
    }
    await this.#work();
    try {
      if (!keeps && this.#pieces > 0) await this.#options.discard(this.#pieces);
    } catch (error) {
      this.#options.onFailed(error);
    }
    await this.#trace.close().catch(() => undefined);
    await this.#network.close().catch(() => undefined);
    await Promise.all(this.#files.map((file) => rm(file, { force: true }).catch(() => undefined)));
    this.#options.folder.leave();
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    await settlesWithin(this.#options.context.tracing.stop(), STOP_MS);
  }

  /** One piece after the other; what fails ends the trace, with a note at the end of the run, and nothing else. */
  #work(): Promise<void> {
    this.#isWorking = true;
    this.#working = this.#working
      .then(() => this.#keepNew())
      .catch((error: unknown) => {
        const isFirst = this.#over === undefined;
        this.#end('it could not be kept');
        if (isFirst) this.#options.onFailed(error);
      })
      .finally(() => {
        this.#isWorking = false;
      });
    return this.#working;
  }

  async #keepNew(): Promise<void> {
    if (this.#over !== undefined) {
      if (!this.#hasNote) await this.#put([]);
      return;
    }
    const parts: TracePart[] = [];
    const trace = await this.#linesOf(this.#trace, parts);
    this.#hasLines ||= trace.length > 0;
    // The first line of all is Playwright's.
    if (this.#hasLines) trace.push(...(await this.#steps.newLines(this.#options.secrets.redact)));
    const network = await this.#linesOf(this.#network, parts);
    if (this.#over === undefined && this.#rawBytes > MOST_RAW * this.#options.mostMib * MIB)
      this.#end('its pages load too much');
    if (trace.length + network.length > 0)
      await this.#put([...linesPart(TRACE_LINES, trace), ...linesPart(NETWORK_LINES, network), ...parts]);
  }

  async #put(parts: TracePart[]): Promise<void> {
    const { mostMib, put } = this.#options;
    const size = (some: TracePart[]) =>
      Math.max(
        LEAST_PIECE,
        some.reduce((sum, { bytes }) => sum + bytes.length, 0),
      );
    let kept = parts;
    if (this.#over === undefined && this.#bytes + size(parts) > mostMib * MIB) {
      this.#end(`it has ${mostMib} MiB`);
      kept = [];
    }
    if (this.#over !== undefined) kept = [...kept, ...linesPart(TRACE_LINES, [noteOf(this.#over)])];
    this.#bytes += size(kept);
    await put(this.#pieces, await zipped(packPiece(kept)));
    this.#pieces += 1;
    this.#hasNote ||= this.#over !== undefined;
  }

  async #linesOf(lines: NewLines, parts: TracePart[]): Promise<string[]> {
    const { secrets } = this.#options;
    const reader: LineReader = {
      ...secrets,
      loaded: (bytes) => {
        this.#loaded += bytes;
        this.#options.folder.loaded(bytes);
      },
      keep: (file, type) => this.#keep(file, type, parts),
      stepAt: this.#steps.at,
    };
    const kept: string[] = [];
    let bytes = 0;
    for await (const line of lines.read()) {
      const redacted = await redactLine(line, reader);
      if (redacted !== undefined) kept.push(redacted);
      bytes += redacted?.length ?? 0;
      if (this.#bytes + bytes > this.#options.mostMib * MIB) break;
    }
    return kept;
  }

  /** A file is read once, when a line first names it. */
  async #keep(file: string, type: string, parts: TracePart[]): Promise<string | undefined> {
    if (this.#resources.has(file)) return this.#resources.get(file);
    const { folder, secrets } = this.#options;
    const raw = await folder.read(basename(file), LARGEST_RESOURCE);
    const kept = raw && (await redactResource(raw, type, secrets.redact));
    const name = kept && resourceName(kept, file);
    this.#resources.set(file, name);
    if (kept && name !== undefined && !this.#names.has(name)) {
      this.#names.add(name);
      parts.push({ name, bytes: kept });
    }
    return name;
  }

  get #rawBytes(): number {
    return this.#trace.bytes + this.#network.bytes + this.#loaded;
  }

  /** Playwright writes no more of it, as nobody would read that. */
  #end(why: string): void {
    this.#over ??= why;
    void this.stop();
  }
}

const linesPart = (name: string, lines: readonly string[]): TracePart[] =>
  lines.length === 0 ? [] : [{ name, bytes: Buffer.from(`${lines.join('\n')}\n`) }];

/** What the viewer shows among the messages of the console. */
const noteOf = (why: string): string =>
  JSON.stringify({
    type: 'console',
    messageType: 'warning',
    text: `Ghostly: the trace ends here, as ${why}.`,
    args: [],
    location: { url: '', lineNumber: 0, columnNumber: 0 },
    time: performance.now(),
  });
