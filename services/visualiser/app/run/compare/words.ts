import { computed } from '@preact/signals';
import { englishComparison } from '#shared/domain/words/en-comparison.ts';
import { spanishComparison } from '#shared/domain/words/es-comparison.ts';
import type { ComparisonTexts } from '#shared/domain/words/say-comparison.ts';
import { language } from '../../session/preferences.ts';
import { text } from '../../text/text.ts';
import { englishCompare } from './en.ts';
import { spanishCompare } from './es.ts';

/** The texts of a comparison in the user's language: they come with this page, and not with the first script. */
export const compareWords = computed(() => (language.value === 'es' ? spanishCompare : englishCompare));

/** What the sentences of a comparison are made of. */
export const comparisonTexts = computed<ComparisonTexts>(() => ({
  words: text.value.words,
  comparison: language.value === 'es' ? spanishComparison : englishComparison,
}));
