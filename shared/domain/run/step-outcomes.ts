/* What a step leaves in the machine when it ends, is cut off, or waits for a person. Pure. */
import type { RunContext, StepDone, StepResult } from './context.ts';
import { LOSSES } from './stale-reason.ts';

export function cutStep(context: RunContext, at: number): Partial<RunContext> {
  if (context.interrupted !== context.done) return {}; // none was in flight, or it has its outcome
  const ended = stepEnded(context, { at, ok: false, error: `interrupted: ${whyCut(context)}` });
  return { ...ended, lastStep: { ...ended.lastStep, interrupted: true } };
}

export function unbegunStep(context: RunContext): Partial<RunContext> {
  const error = `not begun: ${whyCut(context)}`;
  const ended = stepEnded(context, { at: context.now, ok: false, error });
  return { ...ended, lastStep: { ...ended.lastStep, interrupted: true, begun: false } };
}

/** Whether the flow's first step has begun. */
export const hasBegun = ({ done, begins = 0, lastStep, hasBegun: before }: RunContext): boolean =>
  before === true || done - begins > (lastStep?.begun === false ? 1 : 0);

function whyCut({ stale, loss, stopReason, parked }: RunContext): string {
  if (stale) return LOSSES[loss ?? 'runner'];
  if (stopReason === 'deadline') return 'the run took longer than its maximum duration';
  if (stopReason === 'commit_timeout') return 'what came before could not be stored';
  return parked && stopReason !== 'cancelled'
    ? 'the run was parked, and could not go on'
    : 'the run was cancelled';
}

export function stepEnded(context: RunContext, { at, ok, error, optional, title }: StepDone) {
  const lastStep: StepResult = {
    index: context.done,
    ok,
    ...(error !== undefined && { error }),
    ...(optional && { optional }),
  };
  const failure =
    ok || optional ? {} : ({ failed: true, stopReason: context.stopReason ?? 'step_failed' } as const);
  const titled = context.title === undefined && title !== undefined ? { title } : {};
  return {
    now: at,
    done: context.done + 1,
    announced: undefined,
    ...withoutPerson(context, at),
    lastStep,
    ...failure,
    ...titled,
  };
}

/** The time of a person is none of the run's. */
const withoutPerson = ({ askedAt, deadline }: RunContext, at: number): Partial<RunContext> =>
  askedAt === undefined
    ? {}
    : {
        askedAt: undefined,
        parked: undefined,
        ...(deadline !== undefined && { deadline: deadline + at - askedAt }),
      };
