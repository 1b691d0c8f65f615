import { partText } from '../../text/text.ts';

export const cancelRunsWords = partText('cancelRuns');
