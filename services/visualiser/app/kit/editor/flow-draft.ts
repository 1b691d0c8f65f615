/*
 * A flow as it is typed, read by the gateway's own contract. Loaded only where a flow is written: the contract's schemas
 * weigh almost as much as all other pages.
 */
import './jitless.ts';
import type { z } from 'zod';
import { issueWords } from '#shared/api/contract/errors/issue-words.ts';
import { type IssueCode, issueText } from '#shared/api/contract/errors/issues.ts';
import { rerunBody, type StartInput, startBody } from '#shared/api/contract/runs/start.ts';
import type { Draft, DraftIssue, DraftReader } from './draft.ts';
import { JsonTextError, type JsonText as Read, readJsonText } from './json-text.ts';
import { startOf } from './start-of.ts';

const PLACEHOLDER: IssueCode = 'placeholder';

/** What the gateway would refuse is refused here, by the same contract. */
export const readDraft: DraftReader['readDraft'] = (text, project, words, { isAgain = false } = {}) => {
  let read: Read;
  try {
    read = readJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { issues: [{ path: '', line: error.line, message: words.notJson(error.found) }] };
  }
  const body = startOf(read.value, project);
  if (body === undefined) return { issues: [{ path: '', line: 0, message: words.notObject }] };
  const found = isAgain ? issuesOfRerun(body, words.language) : issuesOf(startBody, body, words.language);
  if (found.length === 0) return { issues: [], body };
  const issues = found.map(({ path, message }) => ({ path, message: issueText(message, words.language) }));
  return { issues: located(issues, read.lines) } satisfies Draft;
};

const issuesOf = (schema: z.ZodType, body: StartInput, language: 'en' | 'es') =>
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
