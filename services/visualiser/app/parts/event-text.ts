import type { RunEvent } from '../model/history.ts';
import { nameOf } from '../model/state-name.ts';
import { objectOf } from '../model/steps.ts';
import { text } from '../text/text.ts';

const stringOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

/** What kind of event it is, in the user's language; one that is not known here by its own name. */
export function eventName({ type, payload }: RunEvent): string {
  const { events } = text.value.run;
  if (type === 'transition') return `→\u00a0${nameOf(stringOf(payload.to))}`;
  return Object.hasOwn(events, type) ? events[type as keyof typeof events] : type;
}

/** What happened, in the words of the run. */
export function eventDetail({ type, payload, stepIndex }: RunEvent): string {
  if (type === 'transition') return '';
  if (type === 'cancel')
    return [stringOf(payload.mode), stringOf(payload.source), stringOf(payload.reason)]
      .filter(Boolean)
      .join(' · ');
  // It says why, if it is no new attempt: no browser had started for it.
  if (type === 'requeued')
    return stringOf(payload.error) || text.value.run.attemptNo(Number(payload.attempt));
  if (type === 'run_end')
    return [stringOf(payload.status), stringOf(payload.error), stringOf(payload.reason)]
      .filter(Boolean)
      .join(' · ');
  const { step } = payload;
  if (typeof step !== 'object' || step === null) return '';
  const fields = step as Record<string, unknown>;
  const number = stepIndex === undefined ? '' : `${stepIndex + 1}. `;
  return `${number}${stringOf(fields.action)} ${objectOf(fields)}`.trim();
}

/** Which of the marks of the slider and the timeline it is. */
export function eventTone({ type, payload }: RunEvent): string {
  if (type.endsWith('_failure')) return 'fail';
  if (type.endsWith('_success')) return 'pass';
  if (type.endsWith('_start')) return 'step';
  if (type === 'cancel' || type === 'requeued') return 'cancelling';
  if (type === 'run_end')
    return payload.status === 'pass' ? 'pass' : payload.cancelled === true ? 'cancelled' : 'fail';
  return 'move';
}
