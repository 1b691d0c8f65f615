/* The public client: the calls that a program makes about runs, by name, over one connection. Owns no state. */
import type { z } from 'zod';
import type { BatchEntry } from '#shared/api/contract/batches/batches.ts';
import type {
  CancelJob,
  cancelBody,
  cancelManyBody,
  cancelReply,
  dryRunReply,
  Receipt,
} from '#shared/api/contract/cancel/cancel.ts';
import type { forkBody, forkReply } from '#shared/api/contract/forks/forks.ts';
import type { RunDetail } from '#shared/api/contract/runs/runs.ts';
import type { flowReply, NamedStartInput, StartInput, startReply } from '#shared/api/contract/runs/start.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';
import type { CallId, CallReply, CallRequest } from './calls.ts';
import type { AnswerChecks } from './checks.ts';
import { CONTRACT_CHECKS } from './contract-checks.ts';
import type { ClientOptions } from './options.ts';
import { listRuns, type RunFilter, type RunList } from './run-list.ts';
import { type CallOptions, createTransport, type SignalOption, type Transport } from './transport.ts';
import { type BatchWatchOptions, type FollowedBatch, watchBatch } from './watch-batch.ts';
import { type WatchOptions, watchRun } from './watch-run.ts';

export type Started = z.output<typeof startReply> & {
  /** An earlier request with the same key started it, which may be one whose answer was lost. */
  replayed: boolean;
};
/** Where a run begins, and what is different from there on. */
export type ForkInput = z.input<typeof forkBody>;
export type Forked = z.output<typeof forkReply> & Pick<Started, 'replayed'>;
export type ShownFlow = z.output<typeof flowReply>;
export type CancelAnswer = z.output<typeof cancelReply>;
export type DryRun = z.output<typeof dryRunReply>;
/** Which runs: `ids`, or a filter, or `all: true`. */
export type CancelManyInput = z.input<typeof cancelManyBody>;

export interface StartOptions extends SignalOption {
  /** The same key with the same flow gets the same reply for 24 hours, so that a start can be retried safely. */
  idempotencyKey?: string | undefined;
}
export interface GetOptions extends SignalOption {
  /** Answer once the run is final, or after this many seconds (at most 60). */
  wait?: number | undefined;
  /** Also get what can be said while the run goes on: what it waits for (`waitingFor`), and its `steps` so far. */
  hints?: boolean | undefined;
}
export interface CancelOptions extends SignalOption {
  /** Stored with the run, and shown to everyone who may see it. */
  reason?: string | undefined;
  /** `force` closes the page immediately without waiting for anything else; also applies to a run that is already cancelling. */
  mode?: z.input<typeof cancelBody>['mode'];
}

/** Every method throws ApiError, GatewayError, or the reason of its signal. */
export interface Client {
  /** URL of the gateway, without a trailing slash. */
  readonly url: string;
  /** Starts a run of a flow, or with `flow` of a named flow of the project. */
  start(flow: StartInput | NamedStartInput, options?: StartOptions): Promise<Started>;
  get(id: string, options?: GetOptions): Promise<RunDetail>;
  /** Runs that you may see, newest first. */
  list(filter?: RunFilter, options?: SignalOption): RunList;
  /** Records nothing: returns what the cancel would do. */
  cancel(id: string, options: CancelOptions & { dryRun: true }): Promise<DryRun>;
  cancel(id: string, options?: CancelOptions & { dryRun?: false | undefined }): Promise<CancelAnswer>;
  cancelMany(which: CancelManyInput, options?: SignalOption): Promise<CancelJob>;
  /** The progress of a bulk cancel. */
  cancelJob(id: string, options?: SignalOption): Promise<CancelJob>;
  /** The receipt of a cancel: who requested it, its progress, how long each hop took. */
  receipt(id: string, options?: SignalOption): Promise<Receipt>;
  /** The flow of a run, secrets hidden: to be read, or edited and rerun. */
  flow(id: string, options?: SignalOption): Promise<ShownFlow>;
  /** Starts the flow of a run again. Fields of `changes` replace those of the flow; `null` removes one. */
  rerun(id: string, changes?: Record<string, unknown>, options?: StartOptions): Promise<Started>;
  /** Begins a run at a step of this one (from 0), at the page that it had then: its flow has to say `checkpoints: true`. */
  fork(id: string, at: ForkInput, options?: StartOptions): Promise<Forked>;
  /** Every entry of the run's stream once, in order; reconnects by itself, and ends with the run's `end`. */
  watch(id: string, options?: WatchOptions): AsyncGenerator<StreamEntry, void, undefined>;
  /** The tests of a batch as they go on; reconnects by itself, and ends with its `end`. Other calls of batches: `call`. */
  followBatch(which: FollowedBatch, options?: BatchWatchOptions): AsyncGenerator<BatchEntry, void, undefined>;
  /** Calls any endpoint of the contract that answers with JSON; typed by the contract. */
  call<Id extends CallId>(id: Id, request: CallRequest<Id>, options?: CallOptions): Promise<CallReply<Id>>;
  /** The raw answer of any endpoint, e.g. of `readArtifact`. */
  open: Transport['open'];
}

const REPLY_AFTER_WAIT_MS = 30_000;

/** @throws GatewayError invalid_option */
export const createClient = (options: ClientOptions): Client => createClientWith(CONTRACT_CHECKS, options);

/** @throws GatewayError invalid_option */
export function createClientWith(checks: AnswerChecks, options: ClientOptions): Client {
  const connection = createTransport(options, checks);
  const { url, open, exchange } = connection;
  const call: Client['call'] = async (id, request, given) => (await exchange(id, request, given)).body;

  return {
    url,
    open,
    call,
    cancel: cancelBy(call),
    start: async (flow, { idempotencyKey, signal } = {}) =>
      startedBy(
        await exchange(
          'startRun',
          { headers: { 'idempotency-key': idempotencyKey }, body: flow },
          { signal },
        ),
      ),
    get: (id, { wait, hints = false, signal } = {}) =>
      call(
        'readRun',
        { params: { id }, query: { wait, hints: hints ? '1' : undefined } },
        { signal, withinMs: REPLY_AFTER_WAIT_MS + 1_000 * (wait ?? 0) },
      ),
    list: (filter = {}, given = {}) => listRuns(connection, filter, given),
    cancelMany: (which, given) => call('cancelRuns', { body: which }, given),
    cancelJob: (id, given) => call('readCancelJob', { params: { id } }, given),
    receipt: (id, given) => call('readCancel', { params: { id } }, given),
    flow: (id, given) => call('readFlow', { params: { id } }, given),
    rerun: async (id, changes = {}, { idempotencyKey, signal } = {}) =>
      startedBy(
        await exchange(
          'rerunRun',
          { params: { id }, headers: { 'idempotency-key': idempotencyKey }, body: changes },
          { signal },
        ),
      ),
    fork: async (id, at, { idempotencyKey, signal } = {}) =>
      startedBy(
        await exchange(
          'forkRun',
          { params: { id }, headers: { 'idempotency-key': idempotencyKey }, body: at },
          { signal },
        ),
      ),
    watch: (id, given) => watchRun(connection, id, given),
    followBatch: (which, given) => watchBatch(connection, which, given),
  };
}

const startedBy = <Reply extends z.output<typeof startReply>>({
  body,
  headers,
}: {
  body: Reply;
  headers: Headers;
}): Reply & Pick<Started, 'replayed'> => ({
  ...body,
  replayed: headers.has('idempotent-replayed'),
});

function cancelBy(call: Client['call']): Client['cancel'] {
  function cancel(id: string, options: CancelOptions & { dryRun: true }): Promise<DryRun>;
  function cancel(
    id: string,
    options?: CancelOptions & { dryRun?: false | undefined },
  ): Promise<CancelAnswer>;
  function cancel(
    id: string,
    { reason, mode, dryRun, signal }: CancelOptions & { dryRun?: boolean | undefined } = {},
  ) {
    const query = dryRun ? { dryRun } : {};
    return call('cancelRun', { params: { id }, query, body: { reason, mode } }, { signal });
  }
  return cancel;
}
