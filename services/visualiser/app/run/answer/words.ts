import { partText } from '../../text/text.ts';

export const answerWords = partText('answer');
