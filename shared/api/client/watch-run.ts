/*
 * The live entries of one run. Owns one connection at a time and the number of the last event received. Keeps I7 on the
 * watcher's side: it reconnects with `Last-Event-ID`, drops duplicates, and ends with the run's `end`.
 */
import { createParser } from 'eventsource-parser';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';
import { lastEventIdHeader } from '#shared/domain/events/last-event-id.ts';
import { type Backoff, backoffMs } from '#shared/platform/async/backoff.ts';
import { delay } from './delay.ts';
import { createEntryFilter } from './entry-filter.ts';
import { ApiError, GatewayError, isTooSoon, retryAfterMs } from './errors.ts';
import { parseJson, type SignalOption, type Transport } from './transport.ts';

export interface WatchOptions extends SignalOption {
  /** Number of the last event already received; only later ones are yielded. */
  lastEventId?: number | undefined;
  /** Called once for each lost connection, before reconnecting. */
  onLost?: ((error: Error) => void) | undefined;
  /** How long the gateway may be unreachable in the middle of a run, ms (default 60,000). */
  patienceMs?: number | undefined;
  /** Called each time that the run waits for something else: asks the gateway to say so. */
  onHint?: ((waitingFor: WaitingFor) => void) | undefined;
}

/** Gateways ping every 15 s: a connection silent for longer is dead, ms. */
const SILENCE_MS = 45_000;
/** Several times the longest event, so that a server that is not a gateway cannot exhaust memory. */
const LONGEST_MESSAGE = 32 * 1_048_576;
/** Those who watch at a gateway that goes do not come back together. */
const BACKOFF: Backoff = { firstMs: 200, maxMs: 6_000 };
const PATIENCE_MS = 60_000;

/** Every entry of the run's stream once, in order; returns after its `end`. @throws ApiError, GatewayError, or the signal's reason */
export async function* watchRun(
  connection: Transport,
  runId: string,
  options: WatchOptions = {},
): AsyncGenerator<StreamEntry, void, undefined> {
  const { signal = new AbortController().signal, onLost, patienceMs = PATIENCE_MS } = options;
  const { lastEventId, onHint } = options;
  const filter = createEntryFilter(lastEventId);
  let lostAt: number | undefined;
  let failures = 0;

  for (;;) {
    let pauseMs: number;
    try {
      filter.connected();
      for await (const entry of entriesOf(connection, runId, filter.lastSeq, { signal, onHint })) {
        lostAt = undefined;
        failures = 0;
        if (filter.accept(entry)) yield entry;
        if (entry.kind === 'end') return;
      }
      throw new GatewayError('unreachable', 'the gateway closed the stream before the run had ended');
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!isPassing(error) || !filter.begun) throw error;
      if (lostAt === undefined) onLost?.(error);
      lostAt ??= performance.now();
      if (performance.now() - lostAt > patienceMs) throw error;
      pauseMs = retryAfterMs(error, backoffMs(BACKOFF, failures++));
    }
    await delay(pauseMs, signal);
  }
}

const isPassing = (error: unknown): error is Error =>
  error instanceof ApiError ? error.status >= 500 || isTooSoon(error) : error instanceof GatewayError;

async function* entriesOf(
  connection: Transport,
  runId: string,
  lastSeq: number,
  { signal, onHint }: { signal: AbortSignal } & Pick<WatchOptions, 'onHint'>,
): AsyncGenerator<StreamEntry, void, undefined> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const both = AbortSignal.any([signal, silence.signal]);
    const request = { params: { id: runId }, query: onHint ? { hints: '1' as const } : {} };
    const response = await connection.open(
      'streamRun',
      request,
      { signal: both },
      lastEventIdHeader(lastSeq),
    );
    const read = createEntryReader(connection, onHint);
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
function createEntryReader(
  { checks }: Transport,
  onHint: WatchOptions['onHint'],
): (chunk: Uint8Array) => StreamEntry[] {
  const entries: StreamEntry[] = [];
  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: LONGEST_MESSAGE,
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded')
        throw new GatewayError('unexpected_reply', 'a message of the stream is longer than any event', {
          cause: error,
        });
    },
    onEvent({ event, data }) {
      if (event === 'hint') {
        const hint = checks.hint(parseJson(data));
        if (hint) onHint?.(hint.waitingFor);
        return;
      }
      const entry = event === 'ping' ? undefined : checks.entry(parseJson(data));
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
