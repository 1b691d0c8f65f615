import type { NewEvent } from '#shared/events/events.ts';
import { type Cause, causeOf } from '#shared/run/cause.ts';
import { CHECKED, passed, type RunSnapshot, stateOf } from '#shared/run/snapshot.ts';
import { meaningOf } from '#shared/run/states.ts';
import { hasNext } from '#shared/run/vocabulary.ts';
import { type ToldWith, type TransitionEntry, transitionEntry } from './transition-entry.ts';

/** Makes of the machine's moves what is stored of them. */
export interface RecordedMoves {
  /** Of the move to `after` from what was recorded last, in order; nothing if that has it already. */
  to(after: RunSnapshot, cause: Cause | undefined): TransitionEntry[];
  /** What was recorded after `committed` is void. */
  backTo(committed: RunSnapshot): void;
}

/**
 * The commit that a checkpoint waits for has the beginning of the next step, too, so that a step costs one commit and not
 * two: the machine is recorded ahead of itself, as it will be when it has passed. Where it leaves the checkpoint in another
 * way, its next step was announced and does not begin. `now`: epoch ms.
 */
export function createRecordedMoves(
  from: RunSnapshot,
  told: Omit<ToldWith, 'cause'>,
  now: () => number,
): RecordedMoves {
  let last = from;
  const move = (after: RunSnapshot, cause: Cause | undefined): TransitionEntry[] => {
    const entry = transitionEntry(last, after, { ...told, cause });
    last = after;
    return entry ? [entry] : [];
  };
  return {
    to(after, cause) {
      if (!isBeforeStep(after)) return move(after, cause);
      if (hasReached(last, after.context.done)) return [];
      return [...move(after, cause), ...move(passed(after, now()), CAUSE).map(aheadOfTime)];
    },
    backTo(committed) {
      last = committed;
    },
  };
}

const CAUSE = causeOf(CHECKED);

/** When the machine will make it is not known: about when it is stored. */
const aheadOfTime = (entry: TransitionEntry): TransitionEntry => ({
  ...entry,
  ahead: true,
  events: entry.events.map(
    (event) => ({ ...event, payload: { ...event.payload, at: undefined } }) as NewEvent,
  ),
});

/** At a checkpoint whose next step is not announced yet. */
export const isBeforeStep = (snapshot: RunSnapshot): boolean =>
  meaningOf(stateOf(snapshot)).waitsFor === 'commit' && hasNext(snapshot.context);

/** Whether the flow has come to the checkpoint after `done` steps, or further. */
export const hasReached = (snapshot: RunSnapshot, done: number): boolean =>
  snapshot.hasTag('flow') && snapshot.context.done >= done;
