/* How a machine waits for a person to let it go on, and where it goes on then. Pure. */
import type { AskedPause, Resumed, RunContext } from './context.ts';
import { hasBegun, stepEnded } from './step-outcomes.ts';

/** A pause that was asked for, or that takes the place of the failure of a step, begins at a checkpoint. */
export function pauseBegun(context: RunContext): Partial<RunContext> {
  const { pauseAsked: asked, held: failure, yielding, done, announced, now } = context;
  const isCut = !failure && yielding === done;
  const forMs = Math.max(asked?.forMs ?? 0, failure ? (context.pauseOnFailureMs ?? 0) : 0);
  return {
    announced: undefined,
    pauseAsked: undefined,
    held: undefined,
    yielding: undefined,
    pauses: (context.pauses ?? 0) + 1,
    pause: {
      since: now,
      until: now + forMs,
      ...(asked && { asked }),
      ...(failure && { failure }),
      ...(isCut && { cut: announced ? { begun: false as const } : {} }),
    },
    ...((failure || (isCut && !announced)) && { hasBegun: true }),
  };
}

/**
 * Where it goes on. A failed step that it leaves behind counts as an optional one that failed. A pause that was asked for before
 * that was said is over with it.
 */
export function resumedAt(
  context: RunContext,
  { at, from = context.done, order = -1, edited }: Resumed,
): Partial<RunContext> {
  const { pause, pauseAsked } = context;
  const leftBehind =
    pause?.failure && from > context.done
      ? stepEnded(context, { ...pause.failure, at, optional: true })
      : { lastStep: undefined };
  return {
    ...leftBehind,
    ...pauseOver(context, at),
    ...edited,
    now: at,
    done: from,
    ...(hasBegun(context) && { hasBegun: true }),
    ...(pauseAsked && pauseAsked.order < order && { pauseAsked: undefined }),
  };
}

/** Nobody goes on with it: the step that failed before has failed. */
export function pauseGivenUp(context: RunContext): Partial<RunContext> {
  const { pause, now } = context;
  const over = pauseOver(context, now);
  return pause?.failure ? { ...stepEnded(context, { ...pause.failure, at: now }), ...over } : over;
}

/** The time of a person is none of the run's. */
const pauseOver = ({ pause, deadline }: RunContext, at: number): Partial<RunContext> =>
  pause
    ? {
        pause: undefined,
        parked: undefined,
        ...(deadline !== undefined && { deadline: deadline + at - pause.since }),
      }
    : {};

/** Whether it is one that the machine has not taken. */
export const isNewPause = ({ lastOrder = -1 }: RunContext, { order }: AskedPause): boolean =>
  order > lastOrder;
