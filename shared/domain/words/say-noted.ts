/* Events that every reader tells in the same sentence of a language. Pure. */
import type { PastEvent } from '#shared/domain/story/when.ts';
import { textOfCarried } from './carried/say.ts';
import type { Words } from './en.ts';
import { textOfProfile } from './profile/say.ts';
import { textOfLastLook } from './say-page.ts';
import { textOfPerson } from './say-person.ts';

const NOTED = [
  ...(['pause', 'waiting_for_person', 'resumed', 'run_parked', 'run_reopened'] as const),
  ...(['carried_over', 'profile_applied', 'profile_stale', 'profile_saved', 'last_look'] as const),
] as const;
export type NotedEvent = Extract<PastEvent, { type: (typeof NOTED)[number] }>;

export const isNoted = (event: PastEvent): event is NotedEvent => NOTED.some((type) => type === event.type);

export function textOfNoted(event: NotedEvent, words: Words): string {
  switch (event.type) {
    case 'carried_over':
      return textOfCarried(event.payload, words);
    case 'profile_applied':
    case 'profile_stale':
    case 'profile_saved':
      return textOfProfile(event, words);
    case 'last_look':
      return textOfLastLook(event.payload, words);
    default:
      return textOfPerson(event, words);
  }
}
