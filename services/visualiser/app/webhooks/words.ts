import { partText } from '../text/text.ts';
import { englishWebhooks } from './en.ts';

/** The texts of webhooks in the user's language. */
export const webhookWords = partText('webhooks', englishWebhooks.webhooks);
