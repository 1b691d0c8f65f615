/*
 * One run as it is watched. Owns its event stream and the reading of the stored run. After a loss, or once the page is seen
 * again, the stream continues from the last event, so none is missing or shown twice (I7).
 */
import { batch, signal } from '@preact/signals';
import {
  type Client,
  mayPass,
  type RunDetail,
  retryAfterMs,
  type StreamEntry,
} from '#shared/api/client/index.ts';
import { QUEUED } from '#shared/domain/run/states.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { type PastEvent, withEvents } from '#shared/domain/story/when.ts';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';
import { noteTime } from '../kit/clock.ts';
import { createArrivals } from '../session/arrivals.ts';
import { keepWatching, type WatchFailure } from '../session/keep-watching.ts';
import { standingAfter } from './standing-after.ts';

export interface RunWatch {
  readonly detail: { readonly value: RunDetail | undefined };
  readonly events: { readonly value: readonly PastEvent[] };
  readonly failure: { readonly value: WatchFailure | undefined };
  close(): void;
}

/** Entries behind which there is more than they say: an owner, a title, a result, a reason, a verdict. */
function isNews(entry: StreamEntry, run: RunDetail | undefined): boolean {
  if (entry.kind !== 'assist') return entry.kind === 'status';
  if (entry.type === 'transition') return entry.payload.from === QUEUED;
  if (entry.type === 'step_success' || entry.type === 'cleanup_success')
    return run?.title === undefined || entry.payload.result !== undefined;
  return entry.type === 'cancel' || entry.type === 'requeued' || entry.type === 'run_end';
}

/** What it waited for is over once something has happened. */
function upTo(seq: number, run: RunDetail): RunDetail {
  const { waitingFor, ...rest } = run;
  return waitingFor?.seq !== undefined && waitingFor.seq < seq ? rest : run;
}

/** A frame of the screen. */
const FLUSH_MS = 16;
const READ_AGAIN_MS = 120;
const RETRY_MS = 1_500;
/** A run may go on for hours while the gateway is away. */
const PATIENCE_MS = 24 * 3_600_000;

export function createRunWatch(client: Client, id: string): RunWatch {
  const known = createKnown();
  const read = async (signal: AbortSignal) => known.replace(await client.get(id, { hints: true, signal }));
  const arrivals = createArrivals<StreamEntry>(FLUSH_MS, (entries) => {
    known.add(entries);
    if (entries.some((entry) => isNews(entry, known.detail.value))) reader.runIn(READ_AGAIN_MS);
  });
  async function stream(signal: AbortSignal): Promise<void> {
    const options = {
      signal,
      lastEventId: known.lastSeq(),
      patienceMs: PATIENCE_MS,
      onHint: known.hint,
    };
    for await (const entry of client.watch(id, options)) arrivals.add(entry);
    reader.runIn(0);
  }
  const isOver = () => known.detail.value !== undefined && isFinal(known.detail.value.status);
  const watching = keepWatching({ read, stream, isOver }, (failure) => {
    known.failure.value = failure;
  });
  /** Reads what events do not say, such as a verdict; many at once lead to one look. */
  const reader = createSerialTask(
    () => read(watching.left),
    (error) => {
      if (mayPass(error)) return retryAfterMs(error, RETRY_MS);
      watching.fail(error);
      return undefined;
    },
  );
  return {
    ...known,
    close() {
      watching.close();
      void reader.close();
      arrivals.close();
    },
  };
}

/** What is known of the run: as it was read last, and as its stream has gone on since. */
function createKnown() {
  const detail = signal<RunDetail | undefined>(undefined);
  const events = signal<readonly PastEvent[]>([]);
  const failure = signal<WatchFailure | undefined>(undefined);
  const lastSeq = () => events.value.at(-1)?.seq ?? 0;
  return {
    detail,
    events,
    failure,
    lastSeq,
    hint(waitingFor: NonNullable<RunDetail['waitingFor']>): void {
      if (waitingFor.at !== undefined) noteTime(waitingFor.at);
      if (detail.value) detail.value = upTo(lastSeq(), { ...detail.value, waitingFor });
    },
    replace(run: RunDetail): void {
      if (run.waitingFor?.at !== undefined) noteTime(run.waitingFor.at);
      batch(() => {
        events.value = withEvents(events.value, run.events ?? []);
        const read = upTo(lastSeq(), run);
        // The stream may have brought its end while it was read.
        detail.value = isFinal(read.status)
          ? read
          : { ...read, ...standingAfter(events.value, undefined, read) };
        failure.value = undefined;
      });
    },
    add(entries: readonly StreamEntry[]): void {
      const assists = entries.filter((entry) => entry.kind === 'assist');
      const status = entries.findLast((entry) => entry.kind === 'status');
      const state = assists.findLast((event) => event.type === 'transition')?.payload.to;
      batch(() => {
        events.value = withEvents(events.value, assists);
        if (detail.value)
          detail.value = {
            ...upTo(lastSeq(), detail.value),
            ...standingAfter(events.value, status?.status, detail.value),
            ...(state !== undefined && { state }),
          };
      });
    },
  };
}
