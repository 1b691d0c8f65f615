import type { CancelSource } from '#shared/domain/run/status.ts';

export type OwnerName = 'A' | 'B';

/** A row of `runs`, as far as the protocol of ownership goes. Time is what the database's clock says of it. */
export interface Row {
  /** The stored snapshot: a node of the machine graph. */
  readonly node: number;
  readonly owner: OwnerName | null;
  readonly epoch: number;
  readonly lastSeq: number;
  readonly lease: 'none' | 'held' | 'over';
  readonly cancel: CancelSource | null;
  /** The recorded cancel has taken longer than heartbeat, grace and lease together. */
  readonly overdue: boolean;
  readonly queueOver: boolean;
  readonly attempt: number;
  readonly requeue: boolean;
  /** `runs.parked_until` is set: the run waits for its person, and no runner claims it. */
  readonly parked: boolean;
  /** The time of its person is over. */
  readonly personOver: boolean;
  /** The attempt whose question is answered; 0: none. */
  readonly answered: number;
  /** The attempt of which is kept what it needs to go on elsewhere; 0: none. */
  readonly kept: number;
  /** Under which number its owner claimed it. */
  readonly claim: number;
  /** Number of `run_end` events. */
  readonly runEnds: number;
}

export interface Db {
  /** Several runs have one concurrency key; the oldest first. */
  readonly runs: readonly Row[];
  /** Owners whose session has ended. */
  readonly gone: readonly OwnerName[];
}

export const acceptedRow = (node: number, requeue: boolean): Row => ({
  node,
  requeue,
  owner: null,
  epoch: 0,
  lastSeq: 0,
  lease: 'none',
  cancel: null,
  overdue: false,
  queueOver: false,
  parked: false,
  personOver: false,
  answered: 0,
  kept: 0,
  attempt: 1,
  claim: 0,
  runEnds: 0,
});

export const withRow = (db: Db, run: number, row: Row): Db => ({ ...db, runs: db.runs.with(run, row) });
