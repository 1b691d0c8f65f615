import { computed } from '@preact/signals';
import { englishComparison } from '#shared/domain/words/en-comparison.ts';
import type { ComparisonTexts } from '#shared/domain/words/say-comparison.ts';
import { partText, text } from '../../text/text.ts';
import { englishCompare } from './en.ts';

/** The texts of a comparison in the user's language. */
export const compareWords = partText('compare', englishCompare);

const sentences = partText('comparison', englishComparison);

/** What the sentences of a comparison are made of. */
export const comparisonTexts = computed<ComparisonTexts>(() => ({
  words: text.value.words,
  comparison: sentences.value,
}));
