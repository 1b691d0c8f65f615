/* What a run asks people, and how it went on, in a few words of a language. Pure. */
import type { Payload } from '#shared/domain/events/events.ts';
import type { Words } from './en.ts';
import { textIn } from './say.ts';

/** Why a run waits for a person: its question with the names of the fields, its pause, or its failed step. */
export function textOfWaiting(
  { why, text, fields }: Payload<'waiting_for_person'>,
  stepIndex: number,
  { person }: Words,
): string {
  if (why === 'pause') return text === '' ? person.paused : person.pausedFor(text);
  if (why === 'failure') return person.stepFailed(stepIndex + 1);
  const asked = fields.map(({ name, label = name }) => label);
  return asked.length > 0 ? `${text} (${asked.join(', ')})` : text;
}

export function textOfResumed(
  { why, byLink, names = [], from = 0, edited }: Payload<'resumed'>,
  { person }: Words,
): string {
  if (why === 'resumed') return edited ? person.goesOnEdited(from + 1) : person.goesOn(from + 1);
  return why === 'answered' ? person.answered(names.join(', '), byLink === true) : person.unanswered;
}

export const textOfPause = ({ mode, reason }: Payload<'pause'>, { person }: Words): string =>
  [textIn(person.pauses, mode, mode), reason].filter((part) => part !== undefined).join(': ');
