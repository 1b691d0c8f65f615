/*
 * Stores a new run with what its request asks for, in one transaction: Idempotency-Key, limits of queued runs, cancel of
 * predecessors. Keeps I3 (that cancel is durable before the answer) and I12 (a repeated request starts one run).
 */
import type { RunPlace } from '../place.ts';
import { isLimited, type RunLimits } from '../queue/limits.ts';
import { areQueuesFull, lockQueues } from '../queue/queue-limits.ts';
import type { Sql, Statements } from '../sql.ts';
import { type IdempotencyKey, rememberRun, takeKey } from './idempotency.ts';
import type { AskedCancel } from './record-cancel.ts';
import { type NewRun, storeRun } from './store-run.ts';
import { type SupersededRun, supersedeRuns } from './supersede.ts';

/** A run that was not stored; nothing else was, either. */
export class AdmissionError extends Error {
  readonly code: 'idempotency_mismatch' | 'idempotency_in_flight' | 'too_many_runs';

  constructor(code: AdmissionError['code']) {
    super(code);
    this.code = code;
  }
}

export interface Conditions {
  idempotency?: IdempotencyKey | undefined;
  /** Asked once it is known that the request is new; rejects to refuse it. */
  check?: ((sql: Statements) => Promise<void>) | undefined;
  /** Limits of queued runs. */
  limits: RunLimits;
  /** Asked last, if at all: takes a place in the queue, which so many runs of the user leave for this one. False if it is full. */
  takePlace?: ((leaving: number) => boolean) | undefined;
  /** Set if it is for something that then has this run. */
  place?: RunPlace | undefined;
  /** Set to cancel the earlier runs of its schedule, or else with its concurrency key: who asks for it, and since when. */
  cancelPrevious?: Omit<AskedCancel, 'reason' | 'mode'> | undefined;
}

export interface Admitted {
  runId: string;
  /** It was stored before, for an earlier request with the same key. */
  replayed: boolean;
  /** Whose cancel is recorded, and has to be delivered. */
  superseded: SupersededRun[];
}

/** Rejects with {@link AdmissionError}, or `DatabaseUnavailableError` if it may or may not have been stored. */
export async function admitRun(sql: Sql, run: NewRun, conditions: Conditions): Promise<Admitted> {
  const { idempotency, check, limits, takePlace, cancelPrevious, place } = conditions;
  const alone = [idempotency, cancelPrevious, place].every((one) => one === undefined) && !isLimited(limits);
  if (!alone) return sql.transaction((within) => admitWithin(within, run, conditions));
  await check?.(sql);
  if (takePlace?.(0) === false) throw new AdmissionError('too_many_runs');
  await storeRun(sql, run);
  return { runId: run.id, replayed: false, superseded: [] };
}

async function admitWithin(sql: Sql, run: NewRun, conditions: Conditions): Promise<Admitted> {
  const { idempotency, check, limits, takePlace, cancelPrevious, place } = conditions;
  if (idempotency) {
    const use = await takeKey(sql, run.userId, idempotency);
    if (use.kind === 'answered') return { runId: use.runId, replayed: true, superseded: [] };
    if (use.kind !== 'fresh') throw new AdmissionError(`idempotency_${use.kind}`);
  }
  await check?.(sql);
  const placed = (await place?.take(sql, run)) ?? run;
  await lockQueues(sql, run, limits);
  const superseded = cancelPrevious ? await supersedeRuns(sql, placed, cancelPrevious) : [];
  // Counted after it: the places of those that leave the queue are free.
  const leaving = superseded.filter(({ leftQueue }) => leftQueue).length;
  const isFull = (await areQueuesFull(sql, run, limits)) || takePlace?.(leaving) === false;
  if (isFull) throw new AdmissionError('too_many_runs');
  await storeRun(sql, placed);
  await place?.note(sql, placed);
  if (idempotency) await rememberRun(sql, run.userId, idempotency, run.id);
  return { runId: run.id, replayed: false, superseded };
}
