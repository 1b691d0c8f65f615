/* Why a step failed, in the words of a language: what kept it, and what was known of its page. Pure. */
import type { FailureReason } from '#shared/domain/events/failure-reasons.ts';
import type { StepSpan } from '#shared/domain/story/history.ts';
import { tookUntil } from '#shared/domain/story/moment.ts';
import { formatDuration } from './duration.ts';
import type { Words } from './en.ts';
import { code, fill, type Parts, type Piece, type Sentence, shortCode } from './pieces.ts';
import { stepOf, textIn } from './say.ts';
import { describeStep } from './step-text.ts';

/** Undefined if there are no words for its reason. */
export function sayStepEnd(span: StepSpan, words: Words): Sentence[] | undefined {
  const { reason = '', facts = {} } = span;
  const why = textIn(words.reasons, reason, undefined);
  if (why === undefined) return undefined;
  const parts = { ...partsOf(span, words), reason: why };
  const own = words.stepEnds.sentences[reason as FailureReason];
  const first = (own && fill(own, parts)) ?? fill(words.stepFailedFor, parts);
  const known = knownOf(facts, reason, words).map((template) => fill(template, parts));
  const hint = textIn(words.hints, reason, undefined);
  const rest = known.length > 0 || facts.coveredBy !== undefined ? known : [hint && [hint]];
  return [first, ...rest].filter((sentence) => sentence !== undefined && sentence !== '');
}

/** What stands beside the reason. The request for the page itself is what the step was to open. */
function knownOf(
  { httpStatus, documents, pendingRequest, nearest }: NonNullable<StepSpan['facts']>,
  reason: string,
  { stepEnds }: Words,
): string[] {
  const isPage = reason === 'page_unanswered' || reason === 'page_stalled';
  return [
    ...(httpStatus === undefined ? [] : [stepEnds.httpStatus]),
    ...(documents === undefined ? [] : [stepEnds.documents]),
    ...(nearest ? [stepEnds.nearest] : []),
    ...(pendingRequest && !isPage ? [pendingRequest.answered ? stepEnds.unended : stepEnds.hanging] : []),
  ];
}

function partsOf(span: StepSpan, words: Words): Parts {
  const { index, phase, step, began, ended, attempts, facts = {} } = span;
  const { stepEnds } = words;
  const { coveredBy, httpStatus, documents, pendingRequest, nearest } = facts;
  const took = tookUntil(began, ended, began.at);
  // Its action has less than its time: the rest is for its picture.
  const within = attempts === undefined ? (step.timeoutMs ?? took) : took;
  return {
    step: stepOf({ step: index, phase }, describeStep(step), words),
    place: phase === 'onCancel' ? stepEnds.cleanupPlace(index + 1) : stepEnds.place(index + 1),
    selector: shortCode(step.selector),
    took: formatDuration(took),
    within: formatDuration(within),
    cover: code(coveredBy),
    status: httpStatus?.toString(),
    documents: documents?.toString(),
    request: pendingRequest && [`${pendingRequest.method} `, { code: pendingRequest.url }],
    ago: pendingRequest && formatDuration(pendingRequest.ms),
    nearest: nearest?.flatMap((selector, n): Piece[] => [
      ...(n === 0 ? [] : [stepEnds.or]),
      { code: selector },
    ]),
  };
}
