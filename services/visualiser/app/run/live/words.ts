import { partText } from '../../text/text.ts';

export const liveWords = partText('live');
