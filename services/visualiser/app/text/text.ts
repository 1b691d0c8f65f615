import { computed } from '@preact/signals';
import type { DraftWords } from '../model/draft.ts';
import { language } from '../state/preferences.ts';
import { en } from './en.ts';
import { es } from './es.ts';

const CATALOGS = { en, es };

/** The application's texts in the user's language. */
export const text = computed(() => CATALOGS[language.value]);

/** The texts of problems of a flow. */
export const draftWords = computed<DraftWords>(() => {
  const { notJson, notObject } = text.value.newRun;
  return { language: language.value, notJson, notObject };
});
