import { partText } from '../text/text.ts';

/** The texts of the system in the user's language. */
export const systemWords = partText('system');
