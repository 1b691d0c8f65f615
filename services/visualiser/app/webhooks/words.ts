import { computed } from '@preact/signals';
import { language } from '../session/preferences.ts';
import { englishWebhooks } from './en.ts';
import { spanishWebhooks } from './es.ts';

/** The texts of webhooks in the user's language: they come with their page, and not with the first script. */
export const webhookWords = computed(
  () => (language.value === 'es' ? spanishWebhooks : englishWebhooks).webhooks,
);
