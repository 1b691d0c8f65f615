/* What a run asks people, and how it went on, in a few words of a language. Pure. */
import type { Payload } from '#shared/domain/events/events.ts';
import type { Words } from './en.ts';

/** The question, and the names of the fields that it asks for. */
export function textOfQuestion({ text, fields }: Payload<'waiting_for_person'>): string {
  const asked = fields.map(({ name, label = name }) => label);
  return asked.length > 0 ? `${text} (${asked.join(', ')})` : text;
}

export const textOfResumed = ({ why, byLink, names = [] }: Payload<'resumed'>, { person }: Words) =>
  why === 'answered' ? person.answered(names.join(', '), byLink === true) : person.unanswered;
