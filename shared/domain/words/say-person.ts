/* What a run asks people, and how it went on, in a few words of a language. Pure. */
import type { Payload } from '#shared/domain/events/events.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';
import { listOfLacks } from './carried/say.ts';
import type { Words } from './en.ts';
import { textIn } from './say.ts';

/** Why a run waits for a person: its question with the names of the fields, its pause, or its failed step. */
function textOfWaiting(
  { why, text, fields }: Payload<'waiting_for_person'>,
  stepIndex: number,
  { person }: Words,
): string {
  if (why === 'pause') return text === '' ? person.paused : person.pausedFor(text);
  if (why === 'failure') return person.stepFailed(stepIndex + 1);
  const asked = fields.map(({ name, label = name }) => label);
  return asked.length > 0 ? `${text} (${asked.join(', ')})` : text;
}

function textOfResumed(
  { why, byLink, names = [], from = 0, edited }: Payload<'resumed'>,
  { person }: Words,
): string {
  if (why === 'resumed') return edited ? person.goesOnEdited(from + 1) : person.goesOn(from + 1);
  return why === 'answered' ? person.answered(names.join(', '), byLink === true) : person.unanswered;
}

const textOfParked = ({ why }: Payload<'run_parked'>, { person }: Words): string =>
  textIn(person.parked, why, why);

const textOfReopened = ({ notCarried }: Payload<'run_reopened'>, words: Words): string =>
  words.person.reopened(listOfLacks(notCarried, words).join(', '));

const textOfPause = ({ mode, reason }: Payload<'pause'>, { person }: Words): string =>
  [textIn(person.pauses, mode, mode), reason].filter((part) => part !== undefined).join(': ');

type PersonEvent = Extract<
  PastEvent,
  { type: 'pause' | 'waiting_for_person' | 'resumed' | 'run_parked' | 'run_reopened' }
>;

/** What an event says of a run and the person that it waits for. */
export function textOfPerson(event: PersonEvent, words: Words): string {
  switch (event.type) {
    case 'pause':
      return textOfPause(event.payload, words);
    case 'waiting_for_person':
      return textOfWaiting(event.payload, event.stepIndex, words);
    case 'resumed':
      return textOfResumed(event.payload, words);
    case 'run_parked':
      return textOfParked(event.payload, words);
    case 'run_reopened':
      return textOfReopened(event.payload, words);
  }
}
