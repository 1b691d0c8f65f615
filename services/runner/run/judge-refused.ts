import type { RecordedCancel } from '#shared/adapters/database/runs/cancel-columns.ts';
import type { OwnedRun } from '#shared/adapters/database/runs/commit.ts';
import type { Stored } from '#shared/adapters/database/runs/transition.ts';
import type { RunContext } from '#shared/domain/run/context.ts';
import { isParked, isUnowned } from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { givesUp } from './transition-batch.ts';
import type { TransitionEntry } from './transition-entry.ts';

/** What an owner tried to write, after the event number `lastSeq`. */
export interface Refused {
  owner: string;
  epoch: number;
  lastSeq: number;
  entry: TransitionEntry;
}

/** `stored`: it had been stored before, and its answer was lost. `overruled`: a cancel is recorded, so it is void (I3). */
type Refusal =
  | { kind: 'stored'; stored: Stored }
  | { kind: 'overruled'; cancel: RecordedCancel }
  | { kind: 'lost'; why: string };

/** What it means that the database refused a write, from the run as it was found after that. */
export function judgeRefused(found: OwnedRun | undefined, refused: Refused): Refusal {
  const { owner, epoch, lastSeq, entry } = refused;
  if (found && isOwnReturn(found, refused)) return { kind: 'stored', stored: { ...found, at: found.at! } };
  if (!found || found.owner !== owner || found.epoch !== epoch)
    return lost('another owner or the supervisor has it');
  const { cancel } = found;
  if (found.lastSeq === lastSeq + entry.events.length && found.at)
    return { kind: 'stored', stored: { lastSeq: found.lastSeq, at: found.at, cancel } };
  if (isFinal(found.status)) return lost('it is final');
  if (!found.leased) return lost('its lease is over');
  if (cancel && givesUp(entry.snapshot)) return { kind: 'overruled', cancel };
  return lost('its stored state is not the one it had');
}

const lost = (why: string): Refusal => ({ kind: 'lost', why });

/** It has given the run up itself, whose answer was lost, and no runner has claimed the run since. */
function isOwnReturn(found: OwnedRun, { epoch, lastSeq, entry }: Refused): boolean {
  return (
    isUnowned(entry.snapshot) &&
    found.owner === null &&
    found.epoch === epoch + 1 &&
    found.lastSeq === lastSeq + entry.events.length &&
    // A supervisor that requeued it after the lease was over has written the same; one that returned it, an event less.
    (isParked(entry.snapshot) ? wasParkedByOwner(found.snapshot) : wasReturned(found.snapshot))
  );
}

/** A supervisor says that the runner was lost. */
function wasParkedByOwner(stored: unknown): boolean {
  const { why } = contextOf(stored).parked ?? {};
  return why !== undefined && why !== 'lost';
}

const wasReturned = (stored: unknown): boolean => contextOf(stored).returned === true;

const contextOf = (stored: unknown): Partial<RunContext> =>
  (stored as { machine?: { context?: Partial<RunContext> } }).machine?.context ?? {};
