import { partText } from '../../text/text.ts';

export const invitationsWords = partText('invitations');
