/* Why a run ended as it did, in the words of a language, and what there is to look at. Pure. */
import { type Judged, outcomeOf } from '#shared/domain/run/outcome.ts';
import type { StopReason } from '#shared/domain/run/stop-reason.ts';
import { isFatal, type StepSpan } from '#shared/domain/story/history.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import type { Words } from './en.ts';
import { code, fill, fillFirst, type Parts, type Sentence } from './pieces.ts';
import { sayWaited, stepOf, textIn } from './say.ts';
import { sayStepEnd } from './say-step-end.ts';
import { type RequestedStop, sayCleanup, sayEndedFor, sayLoss, sayStop, type Verdict } from './say-stop.ts';

export interface Ended {
  sentences: Sentence[];
  /** What went wrong, as it was recorded. */
  error?: string | undefined;
  /** The step in which it ended. */
  step?: StepSpan | undefined;
}

interface Ending extends Judged {
  owner?: string | undefined;
  stopReason?: string | undefined;
  stepCount?: number | undefined;
  maxDurationMs?: number | undefined;
  cancel?: (NonNullable<Judged['cancel']> & RequestedStop & { verdict?: Verdict | undefined }) | undefined;
}

/** Stop reasons whose words say all that the error does. */
const SAY_ALL: readonly (string | undefined)[] = ['deadline', 'queue_timeout'] satisfies StopReason[];

/** `moment` is the last one; `now`, epoch ms, is needed to say how long ago something was. */
export function sayEnd(run: Ending, moment: Moment, words: Words, now?: number): Ended {
  const outcome = outcomeOf(run);
  const step = endedIn(moment);
  const ofStep = step && stepOf({ step: step.index, phase: step.phase }, describeStep(step.step), words);
  const sentencesOf: Tell = (template, parts) => {
    const sentence = template === undefined ? undefined : fill(template, { step: ofStep, ...parts });
    return sentence === undefined ? [] : [sentence];
  };
  const during = step?.outcome === 'interrupted' ? sentencesOf(words.during) : [];
  if (outcome === 'pass') return { sentences: sentencesOf(passedText(run.stepCount, moment, words)) };
  const { cancel } = run;
  if (outcome === 'lost')
    return { sentences: sayLoss({ ...cancel, owner: run.owner, step }, during, words), step };
  if (outcome === 'cancelled' && cancel)
    return {
      sentences: [
        ...sayStop(cancel, words, now),
        ...during,
        ...sayCleanup(moment, words),
        ...(cancel.stale ? sayEndedFor({ ...cancel, owner: run.owner }, words) : []),
      ],
      step,
    };
  if (step && isFatal(step)) return { ...failureOf(step, sentencesOf, words), step };
  const error = SAY_ALL.includes(run.stopReason) ? undefined : moment.error;
  // What was recorded says more than a code that has no words here.
  const why = whyOf(run, moment, words) ?? (error === undefined ? unknownWhy(run, words) : []);
  return { sentences: [...why, ...during], error, step };
}

const unknownWhy = ({ stopReason }: Ending, { ends }: Words): Sentence[] => {
  const why = fillFirst(ends.unknownReason, { code: code(stopReason) });
  return why ? [why] : [];
};

/** Why it did not pass, where none of its steps says so; undefined if its reason has no words here. */
function whyOf(
  { stopReason = '', maxDurationMs }: Ending,
  { end }: Moment,
  words: Words,
): Sentence[] | undefined {
  const why = textIn(words.failures, stopReason, undefined);
  if (why === undefined) return undefined;
  if (stopReason === 'deadline' && maxDurationMs !== undefined)
    return [fill(words.ends.deadlineOf, { most: formatDuration(maxDurationMs) }) ?? [why]];
  return stopReason === 'queue_timeout' && end?.waitedFor
    ? [[why], ...sayWaited(end.waitedFor, words)]
    : [[why]];
}

/** An optional step that failed was not done, nor one that was skipped (I16). */
function passedText(stepCount: number | undefined, { steps, attempt, pauses }: Moment, words: Words): string {
  const own = steps.filter((step) => step.phase === 'flow' && step.attempt === attempt);
  const last = [...new Map(own.map((step) => [step.index, step])).values()];
  const failed = last.filter(({ optional }) => optional).length;
  const skipped = last.filter((step) => step.skipped).length + leftOut(pauses, last).length;
  if (failed + skipped > 0) return words.passedBut(stepCount ?? own.length, failed, skipped);
  return stepCount === undefined ? words.passedAll : words.passed(stepCount);
}

/** The steps that people have left out, and that have never begun. */
function leftOut(pauses: Moment['pauses'], begun: readonly StepSpan[]): number[] {
  const past = pauses.flatMap(({ stepIndex, resumed: { from = 0 } = {} }) =>
    Array.from({ length: Math.max(0, from - stepIndex) }, (_, n) => stepIndex + n),
  );
  return [...new Set(past)].filter((index) => !begun.some((step) => step.index === index));
}

type Tell = (template: string | undefined, parts?: Parts) => Sentence[];

/** A reason that has no words here is shown as the runner said it. */
function failureOf(span: StepSpan, sentencesOf: Tell, words: Words): Ended {
  const sentences = sayStepEnd(span, words);
  if (sentences) return { sentences };
  return {
    sentences: sentencesOf(words.stepFailed),
    error: withoutStep(span.error, describeStep(span.step)),
  };
}

/** The sentence before it names the step. */
const withoutStep = (error: string | undefined, step: string): string | undefined =>
  error?.startsWith(`${step}: `) ? error.slice(step.length + 2) : error;

/** The step of the flow that failed, or that had not ended. */
const endedIn = ({ steps, attempt }: Moment): StepSpan | undefined =>
  steps.findLast(
    (step) =>
      step.phase === 'flow' &&
      step.attempt === attempt &&
      (isFatal(step) || (step.outcome === 'interrupted' && !step.isHeld)),
  );
