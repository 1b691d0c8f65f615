import type { z } from 'zod';
import { type Endpoint, queryParametersOf } from '#shared/api/contract/endpoint.ts';
import type { ValidationDetails } from '#shared/api/contract/errors/error-body.ts';
import type { ErrorCode } from '#shared/api/contract/errors/errors.ts';
import { issueWords } from '#shared/api/contract/errors/issue-words.ts';
import { type IssueCode, issueText } from '#shared/api/contract/errors/issues.ts';
import { RequestError } from './errors.ts';
import type { AnswerLanguage } from './language.ts';

interface Issue {
  path: PropertyKey[];
  message: string;
}
/** An issue of our own, by its code; or one in words already, as the language wants them. */
export interface FoundIssue extends Issue {
  message: IssueCode | (string & {});
}

const WORDS = { en: issueWords('en'), es: issueWords('es') };
const spoken = (language: AnswerLanguage): 'en' | 'es' => (language === 'es' ? 'es' : 'en');

/** Validates client input. Throws "validation error", or the error of `required` or of its issues, with every invalid field. */
export function validate<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  language: AnswerLanguage,
  required?: Endpoint['required'],
): Output {
  const result = parseInput(schema, value, language);
  if ('output' in result) return result.output;
  const code = required?.fields.some((field) => isMissing(value, field)) && required.code;
  throw new RequestError(code || errorOf(result.issues), { details: detailsOf(result.issues, language) });
}

/**
 * The same of a query, in which a parameter that is given twice has become a list. One that the endpoint does not take is
 * refused: a misspelt one would get all runs, or a cancel instead of a dry run.
 */
export function validateQuery(
  endpoint: Endpoint,
  query: Readonly<Record<string, unknown>>,
  language: AnswerLanguage,
): unknown {
  const known = queryParametersOf(endpoint);
  const unknown = known ? Object.keys(query).filter((name) => !known.includes(name)) : [];
  if (unknown.length > 0)
    throw invalid(
      unknown.map((name) => ({ path: [name], message: 'unknown_parameter' })),
      language,
    );
  if (!endpoint.query) return undefined;
  const result = parseInput(endpoint.query, query, language);
  if ('output' in result) return result.output;
  const isRepeated = ({ path: [name] }: Issue) => name !== undefined && Array.isArray(query[String(name)]);
  const issues = result.issues.map((issue) =>
    isRepeated(issue) ? { ...issue, message: 'repeated' satisfies IssueCode } : issue,
  );
  throw new RequestError('validation', { details: detailsOf(issues, language) });
}

/** The same, for whom to say what is wrong. */
export function parseInput<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  language: AnswerLanguage,
): { output: Output } | { issues: Issue[] } {
  const result = schema.safeParse(value, { error: WORDS[spoken(language)] });
  if (!result.success) return { issues: result.error.issues };
  const issues = unstorable(result.data);
  return issues.length === 0 ? { output: result.data } : { issues };
}

/** Only an object can lack a field. */
function isMissing(body: unknown, field: string): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  const value: unknown = Object.hasOwn(body, field) ? Reflect.get(body, field) : undefined;
  return typeof value !== 'string' || value.trim() === '';
}

/** Also used for input that only a handler can validate. */
export const invalid = (issues: FoundIssue[], language: AnswerLanguage): RequestError =>
  new RequestError(errorOf(issues), { details: detailsOf(issues, language) });

/** Issues that have an error of their own if there is nothing else: the original's dashboard shows no details. */
const OWN_ERRORS: Partial<Record<string, ErrorCode>> = {
  placeholder: 'hidden_values',
  secret_of_another: 'secrets_of_another',
  secret_inside: 'secrets_of_another',
} satisfies Partial<Record<IssueCode, ErrorCode>>;

function errorOf(issues: Issue[]): ErrorCode {
  const [found, ...others] = new Set(issues.map(({ message }) => OWN_ERRORS[message] ?? 'validation'));
  return found === undefined || others.length > 0 ? 'validation' : found;
}

function detailsOf(issues: Issue[], language: AnswerLanguage): ValidationDetails {
  const texts = issues.map(({ path, message }) => ({
    path,
    message: issueText(message, spoken(language)),
  }));
  // A field may have the name of an inherited property.
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

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Strings that PostgreSQL cannot store. The input has passed a schema, so its depth is bounded. */
function unstorable(value: unknown, path: PropertyKey[] = []): FoundIssue[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ path, message: 'unstorable' as const }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(isStorable(key) ? [] : [{ path, message: 'unstorable' as const }]),
    ...unstorable(inner, [...path, key]),
  ]);
}
