import { z } from 'zod';
import { SECRET_OF_ANOTHER } from '#shared/contract/asked-secrets.ts';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import type { ValidationDetails } from '#shared/contract/errors.ts';
import { RequestError } from './errors.ts';
import type { Language } from './language.ts';

interface Issue {
  path: PropertyKey[];
  message: string;
}
type IssueText = z.core.$ZodErrorMap;

/** Validates what a client sent, or throws "validation error", or what `required` says, naming every field. */
export function validate<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  language: Language,
  required?: Endpoint['required'],
): Output {
  const result = schema.safeParse(value, { error: ISSUE_TEXT[language] });
  const issues: Issue[] = result.success ? unstorable(result.data) : result.error.issues;
  if (result.success && issues.length === 0) return result.data;
  const code = required?.fields.some((field) => isMissing(value, field)) ? required.code : 'validation';
  throw new RequestError(code, { details: detailsOf(issues, language) });
}

/** Only an object can be without one of its fields. */
function isMissing(body: unknown, field: string): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  const value: unknown = Object.hasOwn(body, field) ? Reflect.get(body, field) : undefined;
  return typeof value !== 'string' || value.trim() === '';
}

/** Also for what only a handler can judge. */
export const invalid = (issues: Issue[], language: Language): RequestError =>
  new RequestError('validation', { details: detailsOf(issues, language) });

function detailsOf(issues: Issue[], language: Language): ValidationDetails {
  const texts = issues.map(({ path, message }) => ({
    path,
    message: language === 'es' ? (SPANISH.get(message) ?? message) : message,
  }));
  // A field may be called like something that every object inherits.
  const byField = Map.groupBy(texts, ({ path: [field] }) => field);
  const messagesOf = (group: Issue[] = []) => group.map(({ message }) => message);
  return {
    formErrors: messagesOf(byField.get(undefined)),
    fieldErrors: Object.fromEntries(
      [...byField].flatMap(([field, group]) =>
        field === undefined ? [] : [[String(field), messagesOf(group)]],
      ),
    ),
    issues: texts.map(({ path, message }) => ({ path: path.join('.'), message })),
  };
}

const UNSTORABLE = 'must not contain NUL characters or half surrogate pairs';

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Texts that PostgreSQL cannot hold. Only what a schema let through is walked, so its depth is bounded. */
function unstorable(value: unknown, path: PropertyKey[] = []): Issue[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ path, message: UNSTORABLE }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(isStorable(key) ? [] : [{ path, message: UNSTORABLE }]),
    ...unstorable(inner, [...path, key]),
  ]);
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
const SPANISH = new Map(
  Object.entries({
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
    [SECRET_OF_ANOTHER.en]: SECRET_OF_ANOTHER.es,
    'is no value of this flow': 'no es ningún valor de este flujo',
    'must not be the placeholder of a secret': 'no debe ser lo que se muestra en lugar de un secreto',
    'would show what is marked secret': 'mostraría lo que está marcado como secreto',
    'must be 1 to 255 visible ASCII characters': 'debe tener de 1 a 255 caracteres ASCII visibles',
    'must lie in the future': 'debe estar en el futuro',
  }),
);
