/* The application's texts. English comes with the first script, Spanish when it is spoken; until then, English stays. */
import { computed, signal } from '@preact/signals';
import type { DraftWords } from '../kit/editor/draft.ts';
import { type Language, language } from '../session/preferences.ts';
import { en, type Texts } from './en.ts';

const spanish = signal<Texts | undefined>(undefined);
let loading: Promise<void> | undefined;

/** Resolves when the texts of the language are there, or cannot be had. */
export async function loadTexts(wanted: Language): Promise<void> {
  if (wanted === 'en' || spanish.peek()) return;
  loading ??= import('./es.ts').then(({ es }) => {
    spanish.value = es;
  });
  await loading.catch(() => {
    loading = undefined; // another time: the gateway may be away
  });
}

/** All texts in the user's language. */
export const text = computed<Texts>(() => (language.value === 'es' ? (spanish.value ?? en) : en));

/** The texts of problems of a flow. */
export const draftWords = computed<DraftWords>(() => {
  const { notJson, notObject } = text.value.newRun;
  return { language: language.value, notJson, notObject };
});
