import { computed } from '@preact/signals';
import { language } from '../session/preferences.ts';
import { englishSystem } from './en.ts';
import { spanishSystem } from './es.ts';

/** The texts of the system in the user's language: they come with its page, and not with the first script. */
export const systemWords = computed(() => (language.value === 'es' ? spanishSystem : englishSystem));
