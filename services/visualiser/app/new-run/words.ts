import { partText } from '../text/text.ts';

export const newRunWords = partText('newRun');
