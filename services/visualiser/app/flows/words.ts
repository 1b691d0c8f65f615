import { computed } from '@preact/signals';
import { language } from '../session/preferences.ts';
import { englishFlows } from './en.ts';
import { spanishFlows } from './es.ts';

/** The texts of named flows in the user's language: they come with these pages, and not with the first script. */
export const flowWords = computed(() => (language.value === 'es' ? spanishFlows : englishFlows));
