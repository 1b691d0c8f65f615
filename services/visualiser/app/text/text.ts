/* The application's texts, of which those of the language that is spoken are loaded. Until they are there, the others stay. */
import { computed, signal } from '@preact/signals';
import type { DraftWords } from '../kit/editor/draft.ts';
import { type Language, language } from '../session/preferences.ts';
import type { Texts } from './en.ts';
import type { PartTexts } from './en-parts.ts';

type ByLanguage<Of> = Partial<Record<Language, Of>>;

const texts = signal<ByLanguage<Texts>>({});
const parts = signal<ByLanguage<PartTexts>>({});
/** Once a part was shown, its texts come with every language. */
let showsParts = false;

/** Resolves when the texts of the language are there; rejects if they cannot be had now. */
export async function loadTexts(wanted: Language): Promise<void> {
  await Promise.all([loadFirst(wanted), showsParts && loadPartTexts(wanted)]);
}

async function loadFirst(wanted: Language): Promise<void> {
  if (texts.peek()[wanted]) return;
  const loaded = wanted === 'es' ? (await import('./es.ts')).es : (await import('./en.ts')).en;
  texts.value = { ...texts.peek(), [wanted]: loaded };
}

/** The same of the parts that come on demand. */
export async function loadPartTexts(wanted = language.peek()): Promise<void> {
  showsParts = true;
  if (parts.peek()[wanted]) return;
  const loaded =
    wanted === 'es'
      ? (await import('./es-parts.ts')).spanishParts
      : (await import('./en-parts.ts')).englishParts;
  parts.value = { ...parts.peek(), [wanted]: loaded };
}

const spoken = <Of>(all: ByLanguage<Of>): Of => (all[language.value] ?? all.en ?? all.es)!;

/** All texts in the user's language. Nothing is shown before those of one language are there. */
export const text = computed<Texts>(() => spoken(texts.value));

/** The texts of a part that comes on demand. It is shown once they are there. */
export const partText = <Part extends keyof PartTexts>(part: Part) =>
  computed<PartTexts[Part]>(() => spoken(parts.value)[part]);

/** The texts of problems of a flow. */
export const draftWords = computed<DraftWords>(() => {
  const { notJson, notObject } = spoken(parts.value).newRun;
  return { language: language.value, notJson, notObject };
});
