/*
 * The live entries of one run. Owns the number of the last event received. Keeps I7 on the watcher's side: it reconnects
 * with `Last-Event-ID`, drops duplicates, and ends with the run's `end`.
 */
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';
import { lastEventIdHeader } from '#shared/domain/events/last-event-id.ts';
import { createEntryFilter } from './entry-filter.ts';
import { followStream, type ReconnectOptions } from './follow-stream.ts';
import { parseJson, type Transport } from './transport.ts';

export interface WatchOptions extends ReconnectOptions {
  /** Number of the last event already received; only later ones are yielded. */
  lastEventId?: number | undefined;
  /** Called each time that the run waits for something else: asks the gateway to say so. */
  onHint?: ((waitingFor: WaitingFor) => void) | undefined;
}

/** Every entry of the run's stream once, in order; returns after its `end`. @throws ApiError, GatewayError, or the signal's reason */
export async function* watchRun(
  { open, checks }: Transport,
  runId: string,
  { lastEventId, onHint, ...options }: WatchOptions = {},
): AsyncGenerator<StreamEntry, void, undefined> {
  const filter = createEntryFilter(lastEventId);
  const request = { params: { id: runId }, query: onHint ? { hints: '1' as const } : {} };
  yield* followStream<StreamEntry>(
    {
      connect(signal) {
        filter.connected();
        return open('streamRun', request, { signal }, lastEventIdHeader(filter.lastSeq));
      },
      read({ event, data }) {
        if (event === 'ping') return undefined;
        if (event !== 'hint') return checks.entry(parseJson(data));
        const hint = checks.hint(parseJson(data));
        if (hint) onHint?.(hint.waitingFor);
        return undefined;
      },
      accept: (entry) => filter.accept(entry),
      isEnd: ({ kind }) => kind === 'end',
      isKnown: false,
    },
    options,
  );
}
