/*
 * What people have asked of a run while it goes on, in the order in which it was recorded: answers to its questions, pauses,
 * and how it goes on after them. Kept with it; its owner alone reads them.
 */
import type { AskedPause } from '#shared/domain/run/context.ts';
import type { OwnedBy } from '../owned-run.ts';
import { LEASE_HOLDS } from '../runs/leases.ts';
import type { Statements } from '../sql.ts';

interface Order {
  /** Its number among the orders of the run, from 0; given when it is read. */
  order: number;
  /** ISO 8601. */
  at: string;
  userId: string;
  attempt: number;
}

export interface StoredAnswer extends Omit<Order, 'userId'> {
  /** Undefined: a person with a link. */
  userId?: string | undefined;
  kind: 'answer';
  /** Index of the step that has asked. */
  step: number;
  /** How many pauses the run had before: after one it may be asked again. */
  pauses: number;
  /** The fields that it has. */
  names: string[];
  /** Their values: sealed, or as they are where there is no vault. */
  sealed?: string;
  values?: Record<string, unknown>;
}

export interface StoredPause extends Order, Omit<AskedPause, 'order' | 'userId'> {
  kind: 'pause';
}

export interface StoredResume extends Order {
  kind: 'resume';
  /** Which of the run's pauses it ends, from 1. */
  pause: number;
  /** Index of the step that comes next. */
  from: number;
  /** The steps of the stored flow are others now. */
  edited?: true;
}

export type StoredOrder = StoredAnswer | StoredPause | StoredResume;

/** So many orders a run takes, and so many pauses among them: one that is paused can go on. */
export const MOST_ORDERS = 200;
export const MOST_WITH_PAUSES = 100;

/** SQL: a question of a row is open, or a pause, on a runner or parked. */
export const isAsking = (row: string): string =>
  `(${row}.status = 'running' and ${row}.snapshot #> '{machine,context,askedAt}' is not null)`;
export const isPaused = (row: string): string =>
  `(${row}.status = 'running' and ${row}.snapshot #> '{machine,context,pause}' is not null)`;

/** SQL: `runs` has an owner that can still write, or is parked. */
export const CAN_GO_ON = `(runs.parked_until is not null or ${LEASE_HOLDS})`;

/** SQL: what a person's order does to a parked run besides: it waits for a runner, in the place of when it was started. */
export const UNPARK = `queue_until = case when runs.parked_until is null then runs.queue_until
  else clock_timestamp() + runs.queue_timeout_ms * interval '1 ms' end, parked_until = null`;

/** SQL, of a row `run` before that. */
export const QUEUED_FOR = `case when run.parked_until is not null then run.runner_labels end as "queuedFor"`;

/** SQL: the column of `runs` with one more order, an expression. */
export const addOrder = (order: string): string =>
  `orders = coalesce(runs.orders, '[]') || (${order} || jsonb_build_object('at', clock_timestamp()))`;

/**
 * All orders of a run, for its owner alone; undefined if that has lost it. `isLast`: waits for one that is being recorded;
 * after the end of its time no other comes.
 */
export const readOrders = async (
  sql: Statements,
  owned: OwnedBy,
  isLast: boolean,
): Promise<StoredOrder[] | undefined> =>
  (
    await sql.row<{ orders: StoredOrder[] }>(isLast ? `${READ} for share of runs` : READ, { ...owned })
  )?.orders.map((one, order) => ({ ...one, order }));

const READ = `
select coalesce(runs.orders, '[]') as orders from runs
where runs.id = :runId and runs.owner = :owner and runs.epoch = :epoch and ${LEASE_HOLDS}`;
