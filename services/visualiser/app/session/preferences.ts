/* The user's preferences: language, theme, and whether single keys do something. Owns them, stored in this browser; `auto` follows the browser. */
import { computed, effect, signal } from '@preact/signals';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const LANGUAGE_KEY = 'ghostly.language';
const THEME_KEY = 'ghostly.theme';
const KEYS_KEY = 'ghostly.keys';

export const theme = signal<Theme>(oneOf(THEMES, read(THEME_KEY)) ?? 'auto');
const chosenLanguage = signal<Language | undefined>(oneOf(LANGUAGES, read(LANGUAGE_KEY)));
export const language = computed<Language>(() => chosenLanguage.value ?? browserLanguage());

/** Whether keys do something by themselves, such as `j` and `k` in the list. */
export const usesKeys = signal(read(KEYS_KEY) !== 'off');

/** How the user's country writes that language, as far as the browser says. */
export const locale = computed<string>(
  () => navigator.languages.find((name) => languageOf(name) === language.value) ?? language.value,
);

export function chooseTheme(next: Theme): void {
  theme.value = next;
  write(THEME_KEY, next);
}

export function chooseLanguage(next: Language): void {
  chosenLanguage.value = next;
  write(LANGUAGE_KEY, next);
}

export function chooseKeys(next: boolean): void {
  usesKeys.value = next;
  write(KEYS_KEY, next ? 'on' : 'off');
}

/** Applies the theme to the document's style, and the language for screen readers. */
export function applyPreferences(): void {
  effect(() => {
    const root = document.documentElement;
    root.lang = language.value;
    if (theme.value === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme.value;
  });
}

function browserLanguage(): Language {
  for (const name of navigator.languages) {
    const found = languageOf(name);
    if (found) return found;
  }
  return 'en';
}

const languageOf = (name: string): Language | undefined => oneOf(LANGUAGES, name.slice(0, 2).toLowerCase());

function oneOf<T extends string>(known: readonly T[], text: string | null): T | undefined {
  return known.find((one) => one === text);
}

/** A browser may refuse to keep anything. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It is forgotten with the page.
  }
}
