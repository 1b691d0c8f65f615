import { z } from 'zod';
import type { ValidationDetails } from '#shared/contract/errors.ts';
import type { Language } from '#shared/contract/language.ts';
import { RequestError } from './errors.ts';

type Issue = { path: PropertyKey[]; message: string };
type IssueText = z.core.$ZodErrorMap;

/** Validates what a client sent, or throws "validation error" naming every field. */
export function validate<Output>(schema: z.ZodType<Output>, value: unknown, language: Language): Output {
  const result = schema.safeParse(value, { error: ISSUE_TEXT[language] });
  const issues: Issue[] = result.success ? unstorable(result.data) : result.error.issues;
  if (result.success && issues.length === 0) return result.data;
  throw invalid(issues, language);
}

/** Also for what only a handler can judge. */
export const invalid = (issues: Issue[], language: Language): RequestError =>
  new RequestError('validation', { details: detailsOf(issues, language) });

function detailsOf(issues: Issue[], language: Language): ValidationDetails {
  const details: ValidationDetails = { formErrors: [], fieldErrors: {}, issues: [] };
  for (const { path, message: text } of issues) {
    const message = language === 'es' ? (SPANISH[text] ?? text) : text;
    const [field] = path;
    if (field === undefined) details.formErrors.push(message);
    else {
      details.fieldErrors[String(field)] ??= [];
      details.fieldErrors[String(field)]?.push(message);
    }
    details.issues.push({ path: path.join('.'), message });
  }
  return details;
}

const UNSTORABLE = 'must not contain NUL characters or half surrogate pairs';

/** Texts that PostgreSQL cannot hold. Only what a schema let through is walked, so its depth is bounded. */
function unstorable(value: unknown, path: PropertyKey[] = []): Issue[] {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed() ? [{ path, message: UNSTORABLE }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => unstorable(inner, [...path, key]));
}

const english: IssueText = (issue) => {
  if (issue.input === undefined) return 'is required';
  if (issue.code === 'invalid_union' && Array.isArray(issue.options))
    return `must be one of ${issue.options.join(', ')}`;
  return undefined;
};

const { localeError } = z.locales.es();
const spanish: IssueText = (issue) => {
  if (issue.input === undefined) return 'es obligatorio';
  if (issue.code === 'invalid_union' && Array.isArray(issue.options))
    return `debe ser uno de ${issue.options.join(', ')}`;
  return localeError(issue);
};

const ISSUE_TEXT: Record<Language, IssueText> = { none: english, en: english, es: spanish };

/** The messages that our own schemas give, which no locale knows. */
const SPANISH: Record<string, string> = {
  [UNSTORABLE]: 'no debe contener caracteres NUL ni medios pares sustitutos',
  'must be an http or https URL': 'debe ser una URL http o https',
  'must share the origin of baseUrl': 'debe compartir el origen de baseUrl',
  'must be an e-mail address': 'debe ser una dirección de correo',
  'must be a UUID': 'debe ser un UUID',
  'must come from a Link header': 'debe venir de una cabecera Link',
  'must be a year from 1 on': 'debe ser un año a partir del 1',
  'takes ids or a filter, not both': 'acepta ids o un filtro, no ambos',
  'needs ids, a filter, or all: true': 'necesita ids, un filtro o all: true',
  'needs a concurrencyKey': 'necesita una concurrencyKey',
  'another origin needs new steps: somebody else wrote those of this flow':
    'otro origen necesita pasos nuevos: los de este flujo los escribió otra persona',
  'must be 1 to 255 visible ASCII characters': 'debe tener de 1 a 255 caracteres ASCII visibles',
  'must lie in the future': 'debe estar en el futuro',
};
