import type { Watermark } from '#shared/domain/events/stream.ts';
import { isParked, isQueued, type RunSnapshot, statusOf } from '#shared/domain/run/snapshot.ts';
import { type Columns, columns } from '../columns.ts';
import type { RunEntity } from '../entities/runs.ts';
import { loginValues, SAVED_LOGIN } from '../profiles/saved-login.ts';
import type { Sql } from '../sql.ts';
import { CANCEL_COLUMNS, type CancelColumns, type RecordedCancel, recordedCancel } from './cancel-columns.ts';
import { LEASE_HOLDS } from './leases.ts';
import { PARKED_COLUMNS, parkedValues } from './park.ts';
import { NOT_RETURNED, RETURNED_UNTIL } from './return.ts';
import { type Stored, storeTransition, type Transition, transitionStatement } from './transition.ts';

/**
 * The owner's write. Undefined: refused, as the owner lost the run or its lease, the statement was stored before (its
 * answer was lost), or it contradicts the outcome or the user of a recorded cancel (I2, I3): re-read.
 */
export const commitTransition = (
  sql: Sql,
  owner: string,
  transition: Transition,
  published?: Watermark,
): Promise<Stored | undefined> => {
  const { savedLogin } = transition;
  const values = {
    owner,
    outcomeSource: cancelledBy(transition),
    ...(savedLogin && loginValues(savedLogin)),
  };
  return storeTransition(sql, savedLogin ? COMMIT_LOGIN : COMMIT, transition, values, published);
};

/**
 * The owner's last write about a run that no browser started for: back into the queue, under a new epoch. Refused like any
 * write of an owner, if a cancel is recorded, or if it has been back before (I2, I3).
 */
export const returnUnstarted = (
  sql: Sql,
  owner: string,
  transition: Transition,
  published: Watermark,
): Promise<Stored | undefined> => storeTransition(sql, RETURN, transition, { owner }, published);

/**
 * The owner's last write about a run that waits for a person: without an owner, under a new epoch. Refused like any write of
 * an owner, or if a cancel is recorded (I2, I3).
 */
export const parkRun = (
  sql: Sql,
  owner: string,
  transition: Transition,
  published: Watermark,
): Promise<Stored | undefined> =>
  storeTransition(sql, PARK, transition, { owner, ...parkedValues(transition.snapshot) }, published);

/** The owner's write, whichever of them its last snapshot asks for. */
export const storeByOwner = (
  sql: Sql,
  owner: string,
  transition: Transition,
  published: Watermark = { seq: 0, rank: 0 },
): Promise<Stored | undefined> => writeOf(transition.snapshot)(sql, owner, transition, published);

function writeOf(snapshot: RunSnapshot) {
  if (isParked(snapshot)) return parkRun;
  return isQueued(snapshot) ? returnUnstarted : commitTransition;
}

const GIVES_UP = `runs.owner = :owner and ${LEASE_HOLDS} and runs.status = 'running' and runs.cancel_requested_at is null`;
const RETURN = transitionStatement(
  `${GIVES_UP} and ${NOT_RETURNED}`,
  1,
  `, owner = null, queue_until = ${RETURNED_UNTIL}`,
);
const PARK = transitionStatement(GIVES_UP, 1, PARKED_COLUMNS);

/** Who the outcome says has cancelled it. */
const cancelledBy = ({ snapshot }: Transition) =>
  statusOf(snapshot) === 'fail' ? (snapshot.context.cancel?.source ?? null) : null;

const MAY_COMMIT = `runs.owner = :owner and ${LEASE_HOLDS}
   and (runs.cancel_requested_at is null or :status in ('running', 'cancelling') or runs.cancel_by = :outcomeSource)`;
const COMMIT = transitionStatement(MAY_COMMIT, 0);
/** The same of a run whose login counts from then on. */
const COMMIT_LOGIN = transitionStatement(MAY_COMMIT, 0, '', '', SAVED_LOGIN);

/** What an owner sees of its run when a write was refused. */
export interface OwnedRun extends Columns<typeof RunEntity, (typeof OWNED)[number]> {
  leased: boolean;
  at: Date | null;
  cancel: RecordedCancel | undefined;
}

const OWNED = ['owner', 'epoch', 'status', 'lastSeq', 'snapshot'] as const;

export async function readOwnedRun(sql: Sql, runId: string): Promise<OwnedRun | undefined> {
  const row = await sql.row<Omit<OwnedRun, 'cancel'> & CancelColumns>(READ_OWNED, { runId });
  return row && { ...row, cancel: recordedCancel(row) };
}

const READ_OWNED = `
select ${columns<typeof RunEntity>(OWNED, 'runs')}, ${LEASE_HOLDS} as leased,
  (select at from events where run_id = runs.id and seq = runs.last_seq) as at, ${CANCEL_COLUMNS}
from runs where id = :runId`;
