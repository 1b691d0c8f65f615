/*
 * The trace of a run, accepted within the span of `runs.traceparent`: one span for the run, below it one for each
 * claim. Their ids follow from the run, so that any process can name them, also for one that has died.
 */
import { createHash } from 'node:crypto';
import { tellSpan, tracesAreOn } from './spans.ts';
import { readTraceparent, traceparentOf } from './traceparent.ts';

export interface TracedRun {
  runId: string;
  /** The stored one. */
  traceparent: string | null;
}

const spanIdOf = (...of: (string | number)[]): string =>
  createHash('sha256').update(of.join(' ')).digest('hex').slice(0, 16);
const idOfRun = (runId: string): string => spanIdOf('run', runId);
const idOfClaim = (runId: string, epoch: number): string => spanIdOf('claim', runId, epoch);

/** A place with this span in the trace of `traceparent`; that itself, where this process tells of no traces. */
function within(traceparent: string | null, spanId: () => string): string | undefined {
  const trace = readTraceparent(traceparent);
  if (!trace) return undefined;
  return traceparentOf(tracesAreOn() ? { ...trace, spanId: spanId() } : trace);
}

/** `traceparent` for what happens because of the run, such as a request that tells of it. */
export const placeOfRun = ({ runId, traceparent }: TracedRun): string | undefined =>
  within(traceparent, () => idOfRun(runId));

/** The same for what the owner of a claim does. */
export const placeOfClaim = ({ runId, traceparent }: TracedRun, epoch: number): string | undefined =>
  within(traceparent, () => idOfClaim(runId, epoch));

export interface RunSpan extends TracedRun {
  acceptedAt: Date;
  endedAt: Date;
  /** The result, in the words of OpenTelemetry's conventions for pipelines. */
  result: string;
  /** The API's stop reason. */
  stopReason: string | undefined;
}

/** Tells of the whole run, once it is over. */
export function tellRun({ acceptedAt, endedAt, result, stopReason, ...run }: RunSpan): void {
  tellSpan(
    'RUN',
    {
      parent: run.traceparent ?? undefined,
      role: 'server',
      id: idOfRun(run.runId),
      at: acceptedAt.getTime(),
      attributes: { 'cicd.pipeline.run.id': run.runId },
    },
    {
      at: endedAt.getTime(),
      attributes: { 'cicd.pipeline.result': result },
      error: result === 'success' ? undefined : stopReason,
    },
  );
}

export interface ClaimSpan extends TracedRun {
  owner: string;
  epoch: number;
  /** Epoch ms. */
  from: number;
  to: number;
  /** Why it did not end with the run's own outcome, as a code. */
  error?: string | undefined;
}

/** Tells of all that an owner did with a run: by itself when it is over, else by the supervisor that found it lost. */
export function tellClaim({ owner, epoch, from, to, error, ...run }: ClaimSpan): void {
  tellSpan(
    'hold run',
    {
      parent: placeOfRun(run),
      id: idOfClaim(run.runId, epoch),
      at: from,
      attributes: {
        'cicd.pipeline.run.id': run.runId,
        'cicd.worker.id': owner,
        'ghostly.run.epoch': epoch,
      },
    },
    { at: to, error },
  );
}
