import { computed } from '@preact/signals';
import { z } from 'zod';
import type { DraftWords } from '../model/flow-draft.ts';
import { language } from '../state/preferences.ts';
import { en } from './en.ts';
import { es } from './es.ts';

const CATALOGS = { en, es };

/** The application's texts in the user's language. */
export const text = computed(() => CATALOGS[language.value]);

const { localeError: spanish } = z.locales.es();

/** The messages that our own schemas give, which no locale knows. */
const SPANISH: Record<string, string> = {
  'must be an http or https URL': 'debe ser una URL http o https',
  'must share the origin of baseUrl': 'debe compartir el origen de baseUrl',
  'must not be the placeholder of a secret': 'no debe ser lo que se muestra en lugar de un secreto',
  'would show what is marked secret': 'mostraría lo que está marcado como secreto',
  'needs a concurrencyKey': 'necesita una concurrencyKey',
};

/** How problems of a flow are told. */
export const draftWords = computed<DraftWords>(() => {
  const { required, oneOf, notJson, notObject } = text.value.newRun;
  const isSpanish = language.value === 'es';
  return {
    notJson,
    notObject,
    translate: (message) => (isSpanish ? (SPANISH[message] ?? message) : message),
    issue: (issue) => {
      if (issue.input === undefined) return required;
      if (issue.code === 'invalid_union' && Array.isArray(issue.options))
        return oneOf(issue.options.join(', '));
      return isSpanish ? spanish(issue) : undefined;
    },
  };
});
