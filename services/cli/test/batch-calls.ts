/* What `ghostly test` asks of a gateway. Each may be repeated, and is while the gateway is away. */
import { randomUUID } from 'node:crypto';
import {
  ApiError,
  type Batch,
  type BatchInput,
  type BatchSummary,
  type Client,
  GatewayError,
  isAnswerLost,
  isTooSoon,
  mayPass,
} from '#shared/api/client/index.ts';
import type { ReportFormat } from '#shared/api/contract/batches/batches.ts';
import { FlowError } from '../flow/flow-file.ts';
import { persist } from './persist.ts';
import { type FlowSource, placed } from './places.ts';

/** A batch at a gateway. */
export interface StartedBatch {
  client: Client;
  /** Id of its project. */
  project: string;
  batch: string;
}

const TOO_LARGE =
  'the flows and rows are larger than one request may be (1 MiB, 20,000 values): start several batches';

/** Why a batch was cancelled that was interrupted. */
const INTERRUPTED = 'ghostly test was interrupted';

/**
 * Starts it once, however often its answer is lost: all tries have one key. @throws FlowError if the tests are refused, with
 * the files, ApiError, GatewayError, or the signal's reason
 */
export async function startBatch(
  { client, project }: Omit<StartedBatch, 'batch'>,
  { body, sources }: { body: BatchInput; sources: readonly FlowSource[] },
  signal: AbortSignal,
): Promise<BatchSummary> {
  const request = { params: { id: project }, headers: { 'idempotency-key': randomUUID() }, body };
  let isPerhapsStarted = false;
  const mayRepeat = (error: unknown): boolean => {
    isPerhapsStarted ||= isAnswerLost(error);
    // Where no gateway was from the beginning, that is said at once.
    return isTooSoon(error) || (isPerhapsStarted && (mayPass(error) || isInFlight(error)));
  };
  try {
    return await persist(() => client.call('createBatch', request, { signal }), { signal, mayRepeat });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { details, error: text } = error.body;
    if (details !== undefined)
      throw new FlowError('the gateway refused these tests:', details.issues.map(placed(sources)));
    if (error.status === 413) throw new FlowError(TOO_LARGE);
    if (error.status === 404) throw new FlowError(`these tests cannot be started: ${text}`);
    throw error;
  }
}

/** The cancel was perhaps recorded: its answer was lost. */
export class LostCancelError extends GatewayError {
  constructor(cause: Error) {
    super('unreachable', cause.message, { cause });
  }
}

const isInFlight = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'idempotency_in_flight';

/** Once it has ended there is nothing to cancel, which is no error. @throws LostCancelError, ApiError, GatewayError */
export async function cancelStarted(
  { client, project, batch }: StartedBatch,
  signal: AbortSignal,
): Promise<void> {
  const request = {
    params: { id: project, batch },
    body: { reason: INTERRUPTED, mode: 'graceful' as const },
  };
  let isPerhapsRecorded = false;
  const ask = async () => {
    try {
      await client.call('cancelBatch', request, { signal });
    } catch (error) {
      isPerhapsRecorded ||= isAnswerLost(error);
      throw error;
    }
  };
  try {
    await persist(ask, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'batch_final') return;
    if (isPerhapsRecorded && error instanceof Error) throw new LostCancelError(error);
    throw error;
  }
}

export const readBatch = ({ client, project, batch }: StartedBatch, signal: AbortSignal): Promise<Batch> =>
  persist(() => client.call('readBatch', { params: { id: project, batch } }, { signal }), { signal });

export const readReport = (
  { client, project, batch }: StartedBatch,
  format: ReportFormat,
  signal: AbortSignal,
): Promise<string> =>
  persist(
    async () => {
      const request = { params: { id: project, batch }, query: { format } };
      const response = await client.open('readReport', request, { signal });
      try {
        return await response.text();
      } catch (error) {
        throw new GatewayError('unreachable', 'the connection to the gateway was lost', { cause: error });
      }
    },
    { signal },
  );
