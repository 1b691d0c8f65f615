/* What parking a run leaves in its machine. Pure. */
import type { RunContext } from './context.ts';
import { pauseGivenUp } from './pausing.ts';
import type { ParkedWhy } from './status.ts';
import { cutStep } from './step-outcomes.ts';

/** Since when its person has time, epoch ms. */
const since = ({ askedAt, pause, now }: RunContext): number => askedAt ?? pause?.since ?? now;

/** A question or a pause is open. */
export const isWaitOpen = ({ askedAt, pause }: RunContext): boolean =>
  askedAt !== undefined || pause !== undefined;

/** Its own time stands still; another runner may fail to open it once for free. */
export function parkedRun(context: RunContext, why?: ParkedWhy): Partial<RunContext> {
  const { parked, deadline, returned } = context;
  const leftMs = deadline === undefined ? parked?.leftMs : deadline - since(context);
  const losses = (parked?.losses ?? 0) + (why === 'lost' ? 1 : 0);
  return {
    parked: {
      why: why ?? parked?.why ?? 'waited',
      ...(leftMs !== undefined && { leftMs }),
      ...(losses > 0 && { losses }),
    },
    deadline: undefined,
    returned: losses > 1 ? returned : undefined,
  };
}

/** Its own time goes on as if it had waited on this runner: the end of the wait adds the time of the person. */
export function reopenedRun(context: RunContext, at: number): Partial<RunContext> {
  const { why = 'waited', leftMs, losses } = context.parked ?? {};
  return {
    now: at,
    parked: { why, isOpen: true, ...(losses !== undefined && { losses }) },
    ...(leftMs !== undefined && { deadline: since(context) + leftMs }),
  };
}

/** The question or the pause that is open will not be over any more. */
export function leftOpen(context: RunContext): Partial<RunContext> {
  if (context.pause) return pauseGivenUp(context);
  return context.askedAt === undefined ? {} : cutStep({ ...context, interrupted: context.done }, context.now);
}
