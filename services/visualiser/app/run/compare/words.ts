import { computed } from '@preact/signals';
import type { ComparisonTexts } from '#shared/domain/words/say-comparison.ts';
import { partText, text } from '../../text/text.ts';

/** The texts of a comparison in the user's language. */
export const compareWords = partText('compare');

const sentences = partText('comparison');

/** What the sentences of a comparison are made of. */
export const comparisonTexts = computed<ComparisonTexts>(() => ({
  words: text.value.words,
  comparison: sentences.value,
}));
