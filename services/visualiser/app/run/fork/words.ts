import { partText } from '../../text/text.ts';

export const forkWords = partText('fork');
