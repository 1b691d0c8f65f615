import { partText } from '../../text/text.ts';

export const pauseWords = partText('pause');
