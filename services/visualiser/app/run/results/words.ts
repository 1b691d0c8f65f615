import { partText } from '../../text/text.ts';

export const resultsWords = partText('results');
