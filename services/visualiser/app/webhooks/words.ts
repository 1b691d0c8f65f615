import { partText } from '../text/text.ts';

/** The texts of webhooks in the user's language. */
export const webhookWords = partText('webhooks');
