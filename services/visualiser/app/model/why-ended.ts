/* Why a run ended as it did, as sentences, and what there is to look at. Pure. */
import type { RunDetail } from '#shared/contract/runs.ts';
import { formatDuration } from '#shared/events/duration.ts';
import type { FailureReason } from '#shared/events/failure-reasons.ts';
import { describeStep } from '#shared/events/step-text.ts';
import { outcomeOf } from '#shared/run/outcome.ts';
import type { StepSpan } from '#shared/story/history.ts';
import { type Moment, tookUntil } from '#shared/story/moment.ts';
import type { Texts } from '../text/en.ts';
import { type Part, type Sentence, stepOf } from './why.ts';

export interface Ended {
  sentences: Sentence[];
  /** What went wrong, as it was recorded. */
  error?: string | undefined;
  /** The step in which it ended. */
  step?: StepSpan | undefined;
}

type Ending = Pick<RunDetail, 'status' | 'cancel' | 'owner' | 'stopReason' | 'stepCount'>;

/** `moment` is the last one. */
export function endOf(run: Ending, moment: Moment, { why, stop }: Texts): Ended {
  const outcome = outcomeOf(run);
  const step = endedIn(moment);
  const told: Tell = (template, parts = {}) => {
    const ofStep = step ? stepOf({ step: step.index, phase: step.phase }, why) : '';
    const action = { code: step ? describeStep(step.step) : '' };
    return { template: template.replace('{step}', ofStep), parts: { action, ...parts } };
  };
  const during = step?.outcome === 'interrupted' ? [told(why.during)] : [];
  if (outcome === 'pass')
    return {
      sentences: [told(run.stepCount === undefined ? why.passedAll : why.passed(run.stepCount))],
    };
  if (outcome === 'lost') {
    const runner: Part = { code: run.owner?.slice(0, 8) ?? '' };
    const verdict = stop.verdictWhy[run.cancel?.verdict?.why ?? ''];
    const lost = told(run.owner === undefined ? why.lostUnclaimed : why.lost, { runner });
    return { sentences: [lost, ...during, ...(verdict === undefined ? [] : [told(verdict)])], step };
  }
  if (outcome === 'cancelled') {
    const { source = 'user', reason } = run.cancel ?? {};
    const given = reason === undefined ? [] : [told(why.reason, { reason })];
    const asked = Object.hasOwn(why.cancelled, source) ? why.cancelled[source] : why.cancelledByOther;
    return { sentences: [told(asked), ...during, ...given], step };
  }
  if (step?.outcome === 'failed') return { ...failureOf(step, told, why), step };
  return { sentences: [told(endedBy(run.stopReason, why)), ...during], error: moment.error, step };
}

const endedBy = (reason = 'other', { failures }: Texts['why']): string =>
  Object.hasOwn(failures, reason) ? failures[reason as keyof typeof failures] : failures.other;

type Tell = (template: string, parts?: Sentence['parts']) => Sentence;

/** Of a reason that is not known here, and of one that has no code, as the runner said it. */
function failureOf(step: StepSpan, told: Tell, { failures, reasons, hints }: Texts['why']): Ended {
  const { reason = '', error, began, ended } = step;
  if (!isReason(reason, reasons))
    return { sentences: [told(failures.step)], error: withoutStep(error, describeStep(step.step)) };
  const took = formatDuration(tookUntil(began, ended, began.at));
  return {
    sentences: [told(failures.stepFor, { took, reason: reasons[reason] }), told(hints[reason])],
  };
}

const isReason = (reason: string, reasons: Texts['why']['reasons']): reason is FailureReason =>
  Object.hasOwn(reasons, reason);

/** The sentence before it names the step. */
const withoutStep = (error: string | undefined, step: string): string | undefined =>
  error?.startsWith(`${step}: `) ? error.slice(step.length + 2) : error;

/** The step of the flow that failed, or that had not ended. */
const endedIn = ({ steps, attempt }: Moment): StepSpan | undefined =>
  steps.findLast(
    ({ phase, outcome, attempt: of }) =>
      phase === 'flow' && of === attempt && (outcome === 'failed' || outcome === 'interrupted'),
  );
