/*
 * One run's entries as they happen. Owns one connection at a time and the number of the last event it brought. Keeps
 * I7 on the watcher's side: it reconnects with `Last-Event-ID`, drops what it has had, and ends with the run's `end`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { STATUSES } from '#shared/run/status.ts';
import type { StreamEntry } from '#shared/run/stream.ts';
import { createAdmission } from './admission.ts';
import type { Client } from './client.ts';
import { ApiError, GatewayError } from './errors.ts';
import { createSseParser } from './sse-parser.ts';

const at = z.iso.datetime();
// Loose: what a newer gateway adds is passed on.
const entrySchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('status'), status: z.enum(STATUSES), at }),
  z.looseObject({
    kind: z.literal('assist'),
    type: z.string(),
    seq: z.int().min(1),
    at,
    stepIndex: z.int().min(0).optional(),
    payload: z.record(z.string(), z.unknown()),
  }),
  z.looseObject({ kind: z.literal('end'), at }),
]);

export type WatchOptions = {
  signal: AbortSignal;
  /** The connection was lost and is tried again; called once for each loss. */
  onLost?: (error: Error) => void;
  /** Monotonic, ms. */
  now?: () => number;
};

/** Gateways ping every 15 s: a connection silent for longer is dead, ms. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 3_000;
/** How long a gateway may be away in the middle of a run, ms. */
const PATIENCE_MS = 60_000;

/** Every entry of the run's stream once, in order; returns after its `end`. @throws ApiError, GatewayError, or the signal's reason */
export async function* watchRun(
  client: Client,
  runId: string,
  options: WatchOptions,
): AsyncGenerator<StreamEntry> {
  const { signal, onLost, now = () => performance.now() } = options;
  const admission = createAdmission();
  let lostAt: number | undefined;
  let wait = FIRST_WAIT_MS;

  for (;;) {
    try {
      admission.connected();
      for await (const entry of connection(client, runId, admission.lastSeq, signal)) {
        lostAt = undefined;
        wait = FIRST_WAIT_MS;
        if (admission.admit(entry)) yield entry;
        if (entry.kind === 'end') return;
      }
      throw new GatewayError('unreachable', 'the gateway closed the stream before the run had ended');
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!isPassing(error) || !admission.begun) throw error;
      if (lostAt === undefined) onLost?.(error);
      lostAt ??= now();
      if (now() - lostAt > PATIENCE_MS) throw error;
    }
    await delay(wait, undefined, { signal });
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

const isPassing = (error: unknown): error is Error =>
  error instanceof ApiError ? error.status >= 500 : error instanceof GatewayError;

async function* connection(
  client: Client,
  runId: string,
  lastSeq: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEntry> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const headers = lastSeq > 0 ? { 'Last-Event-ID': String(lastSeq) } : {};
  try {
    const both = AbortSignal.any([signal, silence.signal]);
    const response = await client.open('streamRun', { params: { id: runId } }, both, headers);
    const parser = createSseParser();
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      for (const { event, data } of parser.push(decoder.decode(chunk, { stream: true }))) {
        const entry = event === 'ping' ? undefined : readEntry(data);
        if (entry !== undefined) yield entry;
      }
    }
  } catch (error) {
    if (signal.aborted || error instanceof ApiError || error instanceof GatewayError) throw error;
    throw new GatewayError('unreachable', 'the connection to the gateway was lost', { cause: error });
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** Undefined for what a newer gateway may send besides. */
const readEntry = (data: string): StreamEntry | undefined => {
  try {
    return entrySchema.parse(JSON.parse(data)) as StreamEntry;
  } catch {
    return undefined;
  }
};
