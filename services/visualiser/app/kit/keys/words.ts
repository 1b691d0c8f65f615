import { partText } from '../../text/text.ts';

export const keysWords = partText('keys');
