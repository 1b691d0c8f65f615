/*
 * A stream of server-sent events, over as many connections as it takes. Owns one connection at a time, and the patience
 * while the gateway is away. What an entry is, and whether it is new, its reader says.
 */
import { createParser } from 'eventsource-parser';
import { type Backoff, backoffMs } from '#shared/platform/async/backoff.ts';
import { delay } from './delay.ts';
import { ApiError, GatewayError, isTooSoon, retryAfterMs } from './errors.ts';
import type { SignalOption } from './transport.ts';

export interface ReconnectOptions extends SignalOption {
  /** Called once for each lost connection, before reconnecting. */
  onLost?: ((error: Error) => void) | undefined;
  /** How long the gateway may be unreachable in the middle, ms (default 60,000). */
  patienceMs?: number | undefined;
}

/** A stream as its reader knows it. */
interface Followed<Entry> {
  /** Opens a connection after the last entry; again after each loss. */
  connect(signal: AbortSignal): Promise<Response>;
  /** The entry of a message; undefined for what is none. */
  read(message: { event?: string | undefined; data: string }): Entry | undefined;
  /** Whether it is passed on. */
  accept(entry: Entry): boolean;
  isEnd(entry: Entry): boolean;
  /** What it is of is there for certain; else a failure before the first entry is the last word. */
  isKnown: boolean;
}

/** Gateways ping every 15 s: a connection silent for longer is dead, ms. */
const SILENCE_MS = 45_000;
/** Several times the longest event, so that a server that is not a gateway cannot exhaust memory. */
const LONGEST_MESSAGE = 32 * 1_048_576;
/** Those who watch at a gateway that goes do not come back together. */
const BACKOFF: Backoff = { firstMs: 200, maxMs: 6_000 };
const PATIENCE_MS = 60_000;

/** Every entry that is new, in order; returns after its end. @throws ApiError, GatewayError, or the signal's reason */
export async function* followStream<Entry>(
  stream: Followed<Entry>,
  options: ReconnectOptions,
): AsyncGenerator<Entry, void, undefined> {
  const { signal = new AbortController().signal, onLost, patienceMs = PATIENCE_MS } = options;
  let isKnown = stream.isKnown;
  let lostAt: number | undefined;
  let failures = 0;

  for (;;) {
    let pauseMs: number;
    try {
      for await (const entry of entriesOf(stream, signal)) {
        isKnown = true;
        lostAt = undefined;
        failures = 0;
        if (stream.accept(entry)) yield entry;
        if (stream.isEnd(entry)) return;
      }
      throw new GatewayError('unreachable', 'the gateway closed the stream before its end');
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!mayPass(error) || !isKnown) throw error;
      if (lostAt === undefined) onLost?.(error);
      lostAt ??= performance.now();
      if (performance.now() - lostAt > patienceMs) throw error;
      pauseMs = retryAfterMs(error, backoffMs(BACKOFF, failures++));
    }
    await delay(pauseMs, signal);
  }
}

/** Whether the same may go through once the gateway is there again, or has less to do. */
export const mayPass = (error: unknown): error is Error =>
  error instanceof ApiError ? error.status >= 500 || isTooSoon(error) : error instanceof GatewayError;

async function* entriesOf<Entry>(
  { connect, read: readMessage }: Followed<Entry>,
  signal: AbortSignal,
): AsyncGenerator<Entry, void, undefined> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await connect(AbortSignal.any([signal, silence.signal]));
    const read = createEntryReader(readMessage);
    for await (const chunk of chunksOf(response)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      yield* read(chunk);
    }
  } catch (error) {
    if (signal.aborted || error instanceof ApiError || error instanceof GatewayError) throw error;
    throw new GatewayError('unreachable', 'the connection to the gateway was lost', { cause: error });
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** Reads the entries that are complete with a chunk of the stream. */
function createEntryReader<Entry>(readMessage: Followed<Entry>['read']): (chunk: Uint8Array) => Entry[] {
  const entries: Entry[] = [];
  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: LONGEST_MESSAGE,
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded')
        throw new GatewayError('unexpected_reply', 'a message of the stream is longer than any event', {
          cause: error,
        });
    },
    onEvent(message) {
      const entry = readMessage(message);
      if (entry !== undefined) entries.push(entry);
    },
  });
  return (chunk) => {
    parser.feed(decoder.decode(chunk, { stream: true }));
    return entries.splice(0);
  };
}

/** Uses a reader, since not every browser can iterate over a body. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body?.getReader();
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) return;
    yield read.value;
  }
}
