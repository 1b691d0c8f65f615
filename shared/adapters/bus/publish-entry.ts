import { JSONCodec } from 'nats';
import type { StreamEntry } from '#shared/domain/events/stream.ts';
import { type Bus, CONNECTION } from './bus.ts';
import { busError } from './errors.ts';
import { ensureAtTimes, mayLackStream } from './missing-stream.ts';
import { headersOf, type Place } from './place.ts';
import { type RunAddress, subjects } from './subjects.ts';

const codec = JSONCodec<unknown>();

/**
 * Publishes one entry of a run's stream, in its trace, and waits for JetStream's acknowledgement. An entry larger
 * than the server accepts is published with a truncated payload: those after it must not wait. Rejects with
 * `BusError`.
 */
export async function publishEntry(bus: Bus, run: RunAddress & Place, entry: StreamEntry): Promise<void> {
  const connection = await bus[CONNECTION]();
  const type = entry.kind === 'assist' ? entry.type : entry.kind;
  const data = encoded({ ...entry, runId: run.runId }, connection.info?.max_payload);
  const publish = () =>
    connection
      .jetstream({ timeout: 2_000 })
      .publish(subjects.event(run, type), data, { msgID: messageId(run.runId, entry), ...headersOf(run) });
  try {
    await publish().catch(async (error: unknown) => {
      if (!bus.connected || !mayLackStream(error)) throw error;
      await ensureAtTimes(bus);
      return publish();
    });
  } catch (error) {
    throw busError(error);
  }
}

/** Room for the headers, bytes. */
const HEADER = 512;
/** What is kept of a payload that is too large: short texts, numbers and the like. */
const LONGEST_KEPT = 200;

function encoded(entry: StreamEntry & { runId: string }, most = Number.POSITIVE_INFINITY): Uint8Array {
  const data = codec.encode(entry);
  if (data.length + HEADER <= most || entry.kind !== 'assist') return data;
  const kept = Object.entries(entry.payload).filter(
    ([, value]) => typeof value !== 'object' && String(value).length <= LONGEST_KEPT,
  );
  return codec.encode({ ...entry, payload: { ...Object.fromEntries(kept), truncated: true } });
}

export function messageId(runId: string, entry: StreamEntry): string {
  if (entry.kind === 'assist') return `${runId}:${entry.seq}`;
  return entry.kind === 'status' ? `${runId}:status:${entry.status}` : `${runId}:end`;
}
