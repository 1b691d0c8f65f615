/*
 * A flow as it is typed, read by the gateway's own contract. Loaded only where a flow is written: the contract's schemas
 * weigh almost as much as all other pages.
 */
import './jitless.ts';
import type { z } from 'zod';
import { issueWords } from '#shared/api/contract/errors/issue-words.ts';
import { type IssueCode, issueText } from '#shared/api/contract/errors/issues.ts';
import { KEPT_FIELDS, keptFields, keptFlow } from '#shared/api/contract/flows/flows.ts';
import { rerunBody, type StartInput, startBody } from '#shared/api/contract/runs/start.ts';
import { isFields } from '#shared/platform/json/fields.ts';
import type { DraftIssue, DraftReader, DraftWords } from './draft.ts';
import { JsonTextError, readJsonText } from './json-text.ts';
import { startOf } from './start-of.ts';

const PLACEHOLDER: IssueCode = 'placeholder';

/** What the gateway would refuse is refused here, by the same contract. */
export const readDraft: DraftReader['readDraft'] = (text, project, words, { isAgain = false } = {}) => {
  const { issues, fields, lines } = readFields(text, words);
  if (issues.length > 0) return { issues };
  const body = startOf(fields, project);
  const found = isAgain ? issuesOfRerun(body, words.language) : issuesOf(startBody, body, words.language);
  return found.length === 0 ? { issues, body } : { issues: located(inWords(found, words), lines) };
};

export const readNamed: DraftReader['readNamed'] = (text, words) => {
  const { issues, fields, lines } = readFields(text, words);
  if (issues.length > 0) return { issues };
  const found = issuesOf(keptFlow, fields, words.language);
  return found.length === 0
    ? { issues, flow: { ...fields } }
    : { issues: located(inWords(found, words), lines) };
};

export const keptFieldsOf: DraftReader['keptFieldsOf'] = (flow) =>
  Object.fromEntries(
    Object.entries(flow).filter(
      ([field, value]) =>
        KEPT_FIELDS.includes(field) && JSON.stringify(value) !== JSON.stringify(DEFAULTS.get(field)),
    ),
  );

const DEFAULTS: ReadonlyMap<string, unknown> = new Map(
  Object.entries(keptFields.shape).map(([field, schema]) => [field, schema.safeParse(undefined).data]),
);

/** The fields of the object that a text is, or why it is none. */
function readFields(text: string, { notJson, notObject }: DraftWords) {
  const none = (line: number, message: string) => ({
    issues: [{ path: '', line, message }],
    fields: {},
    lines: new Map<string, number>(),
  });
  try {
    const { value, lines } = readJsonText(text);
    return isFields(value) ? { issues: [], fields: value, lines } : none(0, notObject);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return none(error.line, notJson(error.found));
  }
}

const inWords = (found: readonly Found[], { language }: DraftWords): Found[] =>
  found.map(({ path, message }) => ({ path, message: issueText(message, language) }));

const issuesOf = (schema: z.ZodType, body: object, language: 'en' | 'es') =>
  schema.safeParse(body, { error: issueWords(language) }).error?.issues ?? [];

const issuesOfRerun = (body: StartInput, language: 'en' | 'es') => [
  ...issuesOf(rerunBody, body, language),
  ...issuesOf(startBody, body, language).filter(({ message }) => message !== PLACEHOLDER),
];

export const locate: DraftReader['locate'] = (text, found) => located(found, readJsonText(text).lines);

interface Found {
  path: PropertyKey[];
  message: string;
}

/** Puts each issue beside the innermost value of its path that is there. */
const located = (issues: readonly Found[], lines: ReadonlyMap<string, number>): DraftIssue[] =>
  issues.map(({ path, message }) => ({
    path: path.join('.'),
    line: lineOf(path.map(String), lines),
    message,
  }));

function lineOf(path: string[], lines: ReadonlyMap<string, number>): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const line = lines.get(path.slice(0, length).join('.'));
    if (line !== undefined) return line;
  }
  return 0;
}
