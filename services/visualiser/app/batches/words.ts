import { partText } from '../text/text.ts';

export const batchWords = partText('batches');
