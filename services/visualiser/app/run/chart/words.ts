import { partText } from '../../text/text.ts';

export const stateWords = partText('states');
