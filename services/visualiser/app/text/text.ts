/* The application's texts. English comes with the first script, Spanish when it is spoken; until then, English stays. */
import { computed, signal } from '@preact/signals';
import type { DraftWords } from '../kit/editor/draft.ts';
import { type Language, language } from '../session/preferences.ts';
import { en, type Texts } from './en.ts';

type Spanish = Pick<typeof import('./es.ts'), 'es' | 'ofParts'>;

const spanish = signal<Spanish | undefined>(undefined);
let loading: Promise<void> | undefined;

/** Resolves when the texts of the language are there, or cannot be had. */
export async function loadTexts(wanted: Language): Promise<void> {
  if (wanted === 'en' || spanish.peek()) return;
  loading ??= import('./es.ts').then(({ es, ofParts }) => {
    spanish.value = { es, ofParts };
  });
  await loading.catch(() => {
    loading = undefined; // another time: the gateway may be away
  });
}

/** All texts in the user's language. */
export const text = computed<Texts>(() => (language.value === 'es' ? (spanish.value?.es ?? en) : en));

/** The texts of a part that comes on demand, in the user's language; English comes with the part. */
export const partText = <Part extends keyof Spanish['ofParts']>(
  part: Part,
  english: Spanish['ofParts'][Part],
) => computed(() => (language.value === 'es' ? spanish.value?.ofParts[part] : undefined) ?? english);

/** The texts of problems of a flow. */
export const draftWords = computed<DraftWords>(() => {
  const { notJson, notObject } = text.value.newRun;
  return { language: language.value, notJson, notObject };
});
