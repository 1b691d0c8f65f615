/*
 * What became of a cancel whose answer was lost: the request may have been recorded all the same, so that it is looked
 * for before anything is said of it.
 */
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import type { RunDetail } from '#shared/api/contract/runs/runs.ts';
import type { CancelMode } from '#shared/domain/run/status.ts';
import type { Client } from './client.ts';
import { delay } from './delay.ts';
import { ApiError, GatewayError, isTooSoon, retryAfterMs } from './errors.ts';

/** Statuses of a gateway whose statement has an unknown outcome, and of what stands before one that is away. */
const UNKNOWN_OUTCOME = new Set([502, 503, 504]);

const isAway = (error: unknown): boolean =>
  error instanceof GatewayError
    ? error.code !== 'invalid_option'
    : error instanceof ApiError && UNKNOWN_OUTCOME.has(error.status);

/** Nothing was sent: there was nobody to send it to. */
const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/;

/** Whether a cancel or a start that ended with this error may have been recorded. */
export const isAnswerLost = (error: unknown): boolean => isAway(error) && !NOT_SENT.test(codeBelow(error));

/** Code of the connection's error, where the runtime gives it. */
function codeBelow(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** What there is of the cancel: on record, with who asked; nothing, and the run goes on or has ended by itself. */
export type CancelFound =
  | { found: 'recorded'; run: RunDetail; requested: Receipt['requested'] }
  | { found: 'nothing'; run: RunDetail }
  | { found: 'ended'; run: RunDetail };

export interface LookOptions {
  /** What was asked for: a milder cancel on record does not answer it. */
  mode: CancelMode;
  signal: AbortSignal;
  /** How long to go on trying to reach the gateway, ms (default 30,000). */
  patienceMs?: number;
}

const AGAIN_MS = 500;
/** A request that is still on its way is recorded by then, or hardly ever. */
const ARRIVES_WITHIN_MS = 1_500;
const PATIENCE_MS = 30_000;

/**
 * Looks until the cancel is found, the run is over, or nothing has been recorded for a while; meanwhile the gateway may
 * be away.
 *
 * @throws ApiError, e.g. if the run is gone; the last error if the patience is over; the signal's reason
 */
export async function findCancel(client: Client, id: string, options: LookOptions): Promise<CancelFound> {
  const { mode, signal, patienceMs = PATIENCE_MS } = options;
  const givesUpAt = performance.now() + patienceMs;
  let nothingSince: number | undefined;
  for (;;) {
    let pauseMs = AGAIN_MS;
    try {
      const found = await look(client, id, mode, signal);
      if (found.found !== 'nothing') return found;
      nothingSince ??= performance.now();
      if (performance.now() - nothingSince >= ARRIVES_WITHIN_MS) return found;
    } catch (error) {
      if (!(isAway(error) || isTooSoon(error)) || performance.now() >= givesUpAt) throw error;
      pauseMs = retryAfterMs(error, AGAIN_MS);
    }
    await delay(pauseMs, signal);
  }
}

async function look(client: Client, id: string, mode: CancelMode, signal: AbortSignal): Promise<CancelFound> {
  const run = await client.get(id, { signal });
  const { cancel, outcome } = run;
  const isAnswered = cancel?.requestedAt !== undefined && (mode === 'graceful' || cancel.mode === 'force');
  if (isAnswered || outcome === 'cancelled') {
    const { requested } = await client.receipt(id, { signal });
    return { found: 'recorded', run, requested };
  }
  return { found: outcome === undefined ? 'nothing' : 'ended', run };
}
