/* Events about people: what they are asked, pauses, how the run goes on. Cancels are in `between.ts`. */
import type { RunContext } from '#shared/domain/run/context.ts';
import { answerUntil, questionOf } from '#shared/domain/run/question.ts';
import type { RunSnapshot } from '#shared/domain/run/snapshot.ts';
import type { StepDescriber } from './describer.ts';
import type { NewEvent, Payload } from './events.ts';
import { isoTime, payloadOf, timeOfMove } from './payload.ts';

/** A step has asked a person. */
export function asked(before: RunSnapshot, after: RunSnapshot, describe: StepDescriber): NewEvent[] {
  const { context } = after;
  if (context.askedAt === undefined || before.context.askedAt !== undefined) return [];
  const { text = '', fields = [], screenshotPath } = describe.question?.(context.done) ?? {};
  const payload = payloadOf<'waiting_for_person'>({
    why: 'question',
    text,
    fields,
    userId: undefined,
    until: isoTime(answerUntil(context)),
    onTimeout: questionOf(context)?.goesOn ? 'continue' : 'fail',
    screenshotPath,
    at: timeOfMove(context),
  });
  return [{ type: 'waiting_for_person', stepIndex: context.done, payload }];
}

/** The run waits in a pause, from now on. */
export function pauseOpened(before: RunSnapshot, after: RunSnapshot, describe: StepDescriber): NewEvent[] {
  const { pause, done } = after.context;
  if (!pause || before.context.pause) return [];
  const { asked: by, failure, until } = pause;
  const { screenshotPath } = failure ? describe.evidence(done, 'flow') : {};
  const payload = payloadOf<'waiting_for_person'>({
    why: failure ? 'failure' : 'pause',
    text: (failure ? failure.error : by?.reason) ?? '',
    fields: [],
    userId: by?.userId,
    until: isoTime(until),
    onTimeout: 'fail',
    screenshotPath,
    at: timeOfMove(after.context),
  });
  return [{ type: 'waiting_for_person', stepIndex: done, payload }];
}

/** The question or the pause is over, and the run goes on. */
export function resumed(before: RunSnapshot, after: RunSnapshot, describe: StepDescriber): NewEvent[] {
  const { done: index, pauses = 0, pause } = before.context;
  const { lastStep, failed, done, attempt } = after.context;
  const at = timeOfMove(after.context);
  const isOver = !after.context.pause || after.context.pauses !== pauses;
  if (pause && isOver && !failed && attempt === before.context.attempt)
    return [resumedBy(index, { why: 'resumed', ...describe.resumption?.(pauses), from: done, at })];
  if (before.context.askedAt === undefined || lastStep?.index !== index || !lastStep.ok) return [];
  const { userId, names } = describe.answer?.(index) ?? {};
  const byLink = names && userId === undefined ? true : undefined;
  return [resumedBy(index, { why: names ? 'answered' : 'unanswered', userId, byLink, names, at })];
}

const resumedBy = (
  stepIndex: number,
  { why, userId, byLink, names, from, edited, at }: Payload<'resumed'>,
): NewEvent => ({
  type: 'resumed',
  stepIndex,
  payload: payloadOf<'resumed'>({ why, userId, byLink, names, from, edited, at }),
});

/** The machine took a pause. */
export function pauseTaken(before: RunContext, after: RunContext): NewEvent[] {
  const { pauseAsked, pause, lastOrder, done } = after;
  const taken = pauseAsked ?? pause?.asked;
  if (lastOrder === before.lastOrder || !taken) return [];
  const { mode, userId, reason } = taken;
  const payload = payloadOf<'pause'>({ mode, userId, reason, at: isoTime(after.now) });
  return [{ type: 'pause', stepIndex: done, payload }];
}
