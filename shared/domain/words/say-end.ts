/* Why a run ended as it did, in the words of a language, and what there is to look at. Pure. */
import { type Judged, outcomeOf } from '#shared/domain/run/outcome.ts';
import { isFatal, type StepSpan } from '#shared/domain/story/history.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import type { Words } from './en.ts';
import { code, fill, type Parts, type Sentence } from './pieces.ts';
import { stepOf, textIn } from './say.ts';
import { sayStepEnd } from './say-step-end.ts';

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
  cancel?:
    | (NonNullable<Judged['cancel']> & {
        reason?: string | undefined;
        verdict?: { why: string } | undefined;
      })
    | undefined;
}

/** `moment` is the last one. */
export function sayEnd(run: Ending, moment: Moment, words: Words): Ended {
  const outcome = outcomeOf(run);
  const step = endedIn(moment);
  const ofStep = step && stepOf({ step: step.index, phase: step.phase }, describeStep(step.step), words);
  const sentencesOf: Tell = (template, parts) => {
    const sentence = template === undefined ? undefined : fill(template, { step: ofStep, ...parts });
    return sentence === undefined ? [] : [sentence];
  };
  const during = step?.outcome === 'interrupted' ? sentencesOf(words.during) : [];
  const { source = 'user', reason, verdict } = run.cancel ?? {};
  if (outcome === 'pass') return { sentences: sentencesOf(passedText(run.stepCount, moment, words)) };
  if (outcome === 'lost') {
    const lost = sentencesOf(run.owner === undefined ? words.lostUnclaimed : words.lost, {
      runner: code(run.owner?.slice(0, 8)),
    });
    const why = textIn(words.verdicts, verdict?.why ?? '', undefined);
    return { sentences: [...lost, ...during, ...sentencesOf(why)], step };
  }
  if (outcome === 'cancelled') {
    const asked = textIn(words.cancelled, source, words.failures.cancelled);
    return {
      sentences: [...sentencesOf(asked), ...during, ...sentencesOf(words.given, { given: reason })],
      step,
    };
  }
  if (step && isFatal(step)) return { ...failureOf(step, sentencesOf, words), step };
  const why = textIn(words.failures, run.stopReason ?? '', words.failures.other);
  return { sentences: [...sentencesOf(why), ...during], error: moment.error, step };
}

/** An optional step that failed was not done, nor one that was skipped (I16). */
function passedText(stepCount: number | undefined, { steps, attempt }: Moment, words: Words): string {
  const own = steps.filter((step) => step.phase === 'flow' && step.attempt === attempt);
  const failed = own.filter(({ optional }) => optional).length;
  const skipped = own.filter((step) => step.skipped).length;
  if (failed + skipped > 0) return words.passedBut(stepCount ?? own.length, failed, skipped);
  return stepCount === undefined ? words.passedAll : words.passed(stepCount);
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
      step.phase === 'flow' && step.attempt === attempt && (isFatal(step) || step.outcome === 'interrupted'),
  );
