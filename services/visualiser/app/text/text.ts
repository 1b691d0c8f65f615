import { computed } from '@preact/signals';
import { z } from 'zod';
import { issueText } from '#shared/contract/issues.ts';
import type { DraftWords } from '../model/flow-draft.ts';
import { language } from '../state/preferences.ts';
import { en } from './en.ts';
import { es } from './es.ts';

const CATALOGS = { en, es };

/** The application's texts in the user's language. */
export const text = computed(() => CATALOGS[language.value]);

const { localeError: spanish } = z.locales.es();

/** The texts of problems of a flow. */
export const draftWords = computed<DraftWords>(() => {
  const { required, oneOf, notJson, notObject } = text.value.newRun;
  const isSpanish = language.value === 'es';
  return {
    notJson,
    notObject,
    textOf: (message) => issueText(message, language.value),
    issue: (issue) => {
      if (issue.input === undefined) return required;
      if (issue.code === 'invalid_union' && Array.isArray(issue.options))
        return oneOf(issue.options.join(', '));
      return isSpanish ? spanish(issue) : undefined;
    },
  };
});
