import { partText } from '../text/text.ts';

/** The texts of schedules in the user's language. */
export const schedulesText = partText('schedules');
