/*
 * Playwright's trace of one run. Twice a second what is new is redacted and kept as a piece, so a runner that dies has lost
 * half a second; what is not kept at all is not looked at. Owns what is kept, not the context.
 */
import { basename } from 'node:path';
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
import { type LineReader, redactLine } from './redact-line.ts';
import { redactResource, resourceName } from './redact-resource.ts';
import { createStepCalls, type StepCalls } from './step-calls.ts';
import { type Tap, tapRecorder } from './tap.ts';

const MIB = 2 ** 20;
const EACH_MS = 500;
/** A piece counts for no less, so that their number has a bound, too. */
const LEAST_PIECE = 4_096;
/** Playwright may write so many times what is kept. */
const MOST_RAW = 8;
/** How long the looks at the page that are under way may take at the end. */
const STOP_MS = 100;

export interface RecordingOptions {
  context: BrowserContext;
  secrets: Pick<LineReader, 'redact' | 'hidesFields'>;
  /** The most that is kept, MiB. */
  mostMib: number;
  /** Keeps a piece. */
  put(index: number, piece: Uint8Array): Promise<unknown>;
  /** Removes the first so many pieces. */
  discard(pieces: number): Promise<void>;
  onFailed(error: unknown): void;
}

export interface Recording extends Pick<StepCalls, 'begins' | 'ended'>, Pick<Tap, 'looked'> {
  /** Resolves when calls are recorded, or it is known that none will be. */
  readonly started: Promise<void>;
  /** Writes down what still goes on; the context may be closed then. In bounded time, none if it does not wait; never rejects. */
  stop(waits: boolean): Promise<void>;
  /** Keeps the rest, or removes all of it. After `stop`. Never rejects. */
  finish(keeps: boolean): Promise<void>;
}

const zipped = promisify(gzip);

/** Throws if the context cannot be recorded. */
export const startRecording = (options: RecordingOptions): Recording => new TraceRecording(options);

class TraceRecording implements Recording {
  readonly started: Promise<void>;
  readonly #options: RecordingOptions;
  readonly #steps = createStepCalls();
  readonly begins = this.#steps.begins;
  readonly ended = this.#steps.ended;
  readonly #tap: Tap;
  readonly looked: Tap['looked'];
  /** What each is kept as, by Playwright's name; undefined: left out. */
  readonly #resources = new Map<string, string | undefined>();
  readonly #names = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #hasLines = false;
  #pieces = 0;
  #bytes = 0;
  #keeps = true;
  /** Why nothing more is kept. */
  #over: string | undefined;
  /** It says so, or need not. */
  #hasNote = false;
  #stopping: Promise<void> | undefined;
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#tap = tapRecorder(options.context);
    this.looked = this.#tap.looked;
    // Pictures would cost more than all the rest, and a page has only one screencast, which a video may need.
    this.started = options.context.tracing
      .start({ snapshots: true, screenshots: false, sources: false })
      .then(() => undefined, this.#fail);
    this.#timer = setInterval(() => {
      if (!this.#isWorking) void this.#work();
    }, EACH_MS).unref();
  }

  stop(waits: boolean): Promise<void> {
    this.#stopping ??= this.#stop(waits);
    return waits ? this.#stopping : Promise.resolve();
  }

  async finish(keeps: boolean): Promise<void> {
    if (!keeps) this.#drop();
    await this.#stopping;
    await this.#work();
    this.#tap.close();
    try {
      if (!this.#keeps && this.#pieces > 0) await this.#options.discard(this.#pieces);
    } catch (error) {
      this.#options.onFailed(error);
    }
  }

  #drop(): void {
    this.#keeps = false;
    this.#over ??= 'it is not kept';
    this.#hasNote = true;
    this.#tap.close();
  }

  async #stop(waits: boolean): Promise<void> {
    clearInterval(this.#timer);
    if (waits && this.#over === undefined) await settlesWithin(this.#tap.looked(), STOP_MS);
    const { tracing } = this.#options.context;
    await settlesWithin(
      this.started.then(() => tracing.stop()),
      STOP_MS,
    );
  }

  /** One piece after the other; what fails ends the trace, with a note at the end of the run, and nothing else. */
  #work(): Promise<void> {
    this.#isWorking = true;
    this.#working = this.#working
      .then(() => this.#keepNew())
      .catch(this.#fail)
      .finally(() => {
        this.#isWorking = false;
      });
    return this.#working;
  }

  readonly #fail = (error: unknown): void => {
    const isFirst = this.#over === undefined;
    this.#end('it could not be kept');
    if (isFirst) this.#options.onFailed(error);
  };

  async #keepNew(): Promise<void> {
    if (this.#over !== undefined) {
      if (!this.#hasNote) await this.#put([]);
      return;
    }
    const parts: TracePart[] = [];
    const written = this.#tap.take();
    const trace = await this.#linesOf(written.trace, parts);
    this.#hasLines ||= trace.length > 0;
    // The first line of all is Playwright's.
    if (this.#hasLines) trace.push(...(await this.#steps.newLines(this.#options.secrets.redact)));
    const network = await this.#linesOf(written.network, parts);
    if (this.#tap.isOver || this.#tap.bytes > MOST_RAW * this.#options.mostMib * MIB)
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
    if (!this.#keeps) return;
    this.#bytes += size(kept);
    const piece = await zipped(packPiece(kept));
    // Even if its answer is lost: what is kept under a number never changes.
    this.#pieces += 1;
    await put(this.#pieces - 1, piece);
    this.#hasNote ||= this.#over !== undefined;
  }

  async #linesOf(lines: readonly string[], parts: TracePart[]): Promise<string[]> {
    const reader: LineReader = {
      ...this.#options.secrets,
      keep: (file, type) => this.#keep(file, type, parts),
      drop: (file) => void this.#tap.file(basename(file)),
      stepAt: this.#steps.at,
    };
    const kept: string[] = [];
    let bytes = 0;
    for (const line of lines) {
      if (!this.#keeps || this.#bytes + bytes > this.#options.mostMib * MIB) break;
      const redacted = await redactLine(line, reader);
      if (redacted !== undefined) kept.push(redacted);
      bytes += redacted?.length ?? 0;
    }
    return kept;
  }

  /** A file is read once, when a line first names it. */
  async #keep(file: string, type: string, parts: TracePart[]): Promise<string | undefined> {
    if (this.#resources.has(file)) return this.#resources.get(file);
    const raw = this.#tap.file(basename(file));
    const kept = raw && (await redactResource(raw, type, this.#options.secrets.redact));
    const name = kept && resourceName(kept, file);
    this.#resources.set(file, name);
    if (kept && name !== undefined && !this.#names.has(name)) {
      this.#names.add(name);
      parts.push({ name, bytes: kept });
    }
    return name;
  }

  /** Playwright writes no more of it, as nobody would read that. */
  #end(why: string): void {
    this.#over ??= why;
    this.#tap.close();
    void this.stop(true);
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
