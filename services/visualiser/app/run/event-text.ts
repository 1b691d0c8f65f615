import type { Payload } from '#shared/domain/events/events.ts';
import { neverBegan } from '#shared/domain/events/never-began.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { outcomeOfEnd } from '#shared/domain/run/outcome.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';
import { isNoted, textOfNoted } from '#shared/domain/words/say-noted.ts';
import { textOfSaid } from '#shared/domain/words/say-page.ts';
import { stateName } from '#shared/domain/words/state-name.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { withoutDirections } from '../kit/plain-text.ts';
import type { Texts } from '../text/en.ts';

type RunTexts = Texts['run'];

/** What kind of event it is, in the user's language; one that is not known here by its own name. */
export function eventName(event: PastEvent, texts: RunTexts): string {
  if (event.type === 'transition') return `→\u00a0${stateName(event.payload.to)}`;
  if (neverBegan(event)) return texts.stepUnbegun;
  if (event.type === 'requeued' && event.payload.returned) return texts.returned;
  return event.type === 'unknown' ? event.name : texts.events[event.type];
}

const joined = (...parts: (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => withoutDirections(part!))
    .join(' · ');

/** What happened, in the words of the run. */
export function eventDetail(event: PastEvent, { run: texts, words }: Texts): string {
  if (isNoted(event)) return joined(textOfNoted(event, words));
  switch (event.type) {
    case 'cancel':
      return joined(event.payload.mode, event.payload.source, event.payload.reason);
    // It says why, if it is no new attempt.
    case 'requeued':
      if (event.payload.error) return joined(event.payload.error);
      return event.payload.returned ? texts.lostUnbegun : texts.attemptNo(event.payload.attempt);
    case 'run_end':
      return joined(outcomeOfEnd(event.payload), event.payload.error, event.payload.reason);
    case 'step_start':
    case 'cleanup_start':
      return stepText(event);
    case 'step_success':
    case 'step_failure':
    case 'cleanup_success':
    case 'cleanup_failure':
      return joined(stepText(event), ...becameOf(event.payload, texts));
    case 'page_said':
      return joined(
        event.payload.phase && texts.onCancel,
        ...event.payload.said.map((said) => textOfSaid(said, words)),
      );
    case 'secret_used':
      return secretText(event, texts);
    case 'notice':
      return noticeText(event.payload, texts);
    case 'transition':
    case 'unknown':
      return '';
  }
}

function secretText(
  { stepIndex, payload: { name, origin, phase } }: Extract<PastEvent, { type: 'secret_used' }>,
  { onCancel }: RunTexts,
): string {
  return joined(phase && onCancel, `${stepIndex + 1}. ${name} → ${origin}`);
}

type StepEvent = Extract<PastEvent, { payload: { step: EventStep } }>;

const stepText = ({ stepIndex, payload }: StepEvent): string =>
  `${stepIndex + 1}. ${describeStep(payload.step)}`;

/** What became of a step, besides that it was done or failed. */
const becameOf = (
  { skipped, attempts, result, ...payload }: Payload<'step_success' | 'step_failure'>,
  texts: RunTexts,
): (string | undefined)[] => [
  skipped && texts.skipped,
  attempts === undefined ? undefined : texts.tries(attempts),
  'optional' in payload && payload.optional ? texts.wentOn : undefined,
  result && `${texts.result} ${result.name}`,
];

/** The notice in the user's language; in English, if there are no words for its code. */
function noticeText({ code, text }: { code: string; text: string }, { notices }: RunTexts): string {
  return Object.hasOwn(notices, code) ? notices[code as keyof typeof notices] : text;
}

/** Why it went wrong, where its detail does not say so. */
export const eventError = (event: PastEvent): string | undefined =>
  event.type !== 'run_end' && 'error' in event.payload && typeof event.payload.error === 'string'
    ? event.payload.error
    : undefined;

/** Which of the marks of the slider and the timeline it is. */
export function eventTone(event: PastEvent): string {
  switch (event.type) {
    case 'step_failure':
    case 'cleanup_failure':
      if (neverBegan(event)) return 'move';
      return event.payload.optional ? 'cancelling' : 'fail';
    case 'step_success':
    case 'cleanup_success':
      return 'pass';
    case 'step_start':
    case 'cleanup_start':
      return 'step';
    case 'cancel':
    case 'requeued':
    case 'pause':
    case 'waiting_for_person':
    case 'run_parked':
    case 'profile_stale':
      return 'cancelling';
    case 'run_end':
      return outcomeOfEnd(event.payload);
    case 'transition':
    case 'last_look':
    case 'page_said':
    case 'secret_used':
    case 'resumed':
    case 'run_reopened':
    case 'carried_over':
    case 'profile_applied':
    case 'profile_saved':
    case 'notice':
    case 'unknown':
      return 'move';
  }
}
