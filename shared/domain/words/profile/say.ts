/* What events about the login of a run tell, in a few words of a language. Pure. */
import type { NewEvent } from '#shared/domain/events/events.ts';
import { formatRoughAge } from '../duration.ts';
import type { Words } from '../en.ts';

type Of<Type extends NewEvent['type']> = Pick<Extract<NewEvent, { type: Type }>, 'type' | 'payload'>;
type AboutLogin = Of<'profile_applied'> | Of<'profile_stale'> | Of<'profile_saved'>;

export function textOfProfile(event: AboutLogin, { profile }: Words): string {
  switch (event.type) {
    case 'profile_applied': {
      const { name, version, ageMs } = event.payload;
      return profile.applied(name, version, formatRoughAge(ageMs));
    }
    case 'profile_stale':
      return profile.stale(event.payload.name, profile.why[event.payload.why] ?? event.payload.why);
    case 'profile_saved':
      return profile.saved(event.payload.name, event.payload.version);
  }
}
