/*
 * One run as it is looked at: what is stored of it, and its events as they come. Owns one event stream and the reading
 * of the run around it. The stream goes on after a loss with the last event it brought, so none is missing and none is
 * shown twice (I7); the token travels in a header.
 */
import { batch, signal } from '@preact/signals';
import { createSerialTask } from '#shared/async/serial-task.ts';
import {
  ApiError,
  type AssistEntry,
  type Client,
  type RunDetail,
  type StreamEntry,
} from '#shared/client/index.ts';
import { QUEUED } from '#shared/run/states.ts';
import { isFinal } from '#shared/run/status.ts';
import { type PastEvent, withEvents } from '../model/history.ts';
import { markLost } from './connection.ts';
import { endsSession } from './session.ts';

export interface RunWatch {
  readonly detail: { readonly value: RunDetail | undefined };
  readonly events: { readonly value: readonly PastEvent[] };
  /** `missing`: there is no such run, or it is not the user's to see. */
  readonly failure: { readonly value: 'missing' | 'error' | undefined };
  close(): void;
}

type StatusEntry = Extract<StreamEntry, { kind: 'status' }>;

/** Events behind which there is more than they say: an owner, a reason, a verdict. */
const isNews = (event: AssistEntry): boolean =>
  event.type === 'transition'
    ? event.payload.from === QUEUED
    : event.type === 'cancel' || event.type === 'requeued' || event.type === 'run_end';

/** What may be better the next time. */
const isPassing = (error: unknown): boolean => !(error instanceof ApiError) || error.status >= 500;

/** A run that ends took until then; what is read next says it exactly. */
const standingOf = ({ status, at }: StatusEntry, { startedAt }: RunDetail): Partial<RunDetail> =>
  isFinal(status) ? { status, durationMs: Date.parse(at) - Date.parse(startedAt) } : { status };

/** A frame of the screen. */
const FLUSH_MS = 16;
const READ_AGAIN_MS = 120;
const RETRY_MS = 1_500;
/** A run may go on for hours while the gateway is away. */
const PATIENCE_MS = 24 * 3_600_000;

export function createRunWatch(client: Client, id: string): RunWatch {
  const detail = signal<RunDetail | undefined>(undefined);
  const events = signal<readonly PastEvent[]>([]);
  const failure = signal<'missing' | 'error' | undefined>(undefined);
  const leaving = new AbortController();
  const { signal: left } = leaving;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let pending: StreamEntry[] = [];
  let flushing: ReturnType<typeof setTimeout> | undefined;

  async function read(): Promise<void> {
    const run = await client.get(id, { signal: left });
    batch(() => {
      detail.value = run;
      events.value = withEvents(events.value, run.events ?? []);
      failure.value = undefined;
    });
  }

  /** Reads what events do not say, such as a verdict; many at once lead to one look. */
  const reader = createSerialTask(read, (error) => {
    if (isPassing(error)) return RETRY_MS;
    fail(error);
    return undefined;
  });

  /** Many entries at once are shown at once. */
  function take(entry: StreamEntry): void {
    pending.push(entry);
    flushing ??= setTimeout(flush, FLUSH_MS);
  }

  function flush(): void {
    flushing = undefined;
    const entries = pending;
    pending = [];
    const assists = entries.filter((entry) => entry.kind === 'assist');
    const status = entries.findLast((entry) => entry.kind === 'status');
    const state = assists.findLast((event) => event.type === 'transition')?.payload.to;
    batch(() => {
      events.value = withEvents(events.value, assists);
      if (detail.value)
        detail.value = {
          ...detail.value,
          ...(status && standingOf(status, detail.value)),
          ...(state !== undefined && { state }),
        };
    });
    if (status || assists.some(isNews)) reader.runIn(READ_AGAIN_MS);
  }

  async function follow(): Promise<void> {
    await read();
    if (detail.value && isFinal(detail.value.status)) return;
    const lastEventId = events.value.at(-1)?.seq ?? 0;
    const options = { signal: left, lastEventId, onLost: markLost, patienceMs: PATIENCE_MS };
    for await (const entry of client.watch(id, options)) take(entry);
    reader.runIn(0);
  }

  function fail(error: unknown): void {
    if (left.aborted || endsSession(error)) return;
    failure.value = error instanceof ApiError && error.status === 404 ? 'missing' : 'error';
    if (isPassing(error)) retry = setTimeout(start, RETRY_MS);
  }

  const start = () => void follow().catch(fail);
  start();
  return {
    detail,
    events,
    failure,
    close() {
      leaving.abort();
      void reader.close();
      for (const timer of [retry, flushing]) clearTimeout(timer);
    },
  };
}
