import { partText } from '../text/text.ts';

/** The texts of named flows in the user's language. */
export const flowWords = partText('flows');
