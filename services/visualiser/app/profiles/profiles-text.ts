import { partText } from '../text/text.ts';

/** The texts of login profiles in the user's language. */
export const profilesText = partText('profiles');
