import { partText } from '../text/text.ts';

export const accountWords = partText('accountDialogs');
