import type { z } from 'zod';
import type { IssueCode } from '#shared/contract/issues.ts';
import { type StartInput, startBody } from '#shared/contract/start.ts';
import { JsonTextError, type JsonText as Read, readJson } from './json-text.ts';

const PLACEHOLDER: IssueCode = 'placeholder';

/** A problem of a draft, and the line that it stands beside. */
export interface DraftIssue {
  /** Empty for the whole text. */
  path: string;
  line: number;
  message: string;
}

export interface Draft {
  issues: DraftIssue[];
  /** What can be posted; undefined while there are issues. */
  body?: StartInput;
}

/** The texts of problems. */
export interface DraftWords {
  issue: z.core.$ZodErrorMap;
  /** Of an issue of our own schemas by its code; other messages stay. */
  textOf(message: string): string;
  notJson(found: string): string;
  notObject: string;
}

export interface DraftOptions {
  /** Placeholders of secrets are no issues: they stand for what was written before. */
  hasPlaceholders?: boolean;
}

/** Reads a flow as it is typed, for a project. What the gateway would refuse is refused here, by the same contract. */
export function readDraft(
  text: string,
  project: string,
  words: DraftWords,
  { hasPlaceholders = false }: DraftOptions = {},
): Draft {
  let read: Read;
  try {
    read = readJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { issues: [{ path: '', line: error.line, message: words.notJson(error.found) }] };
  }
  const { value, lines } = read;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { issues: [{ path: '', line: 0, message: words.notObject }] };
  // Files of the command line name a site to open: nothing for the gateway.
  const { site: _, ...flow } = value as Record<string, unknown>;
  const body = { ...flow, project: flow.project ?? project };
  const result = startBody.safeParse(body, { error: words.issue });
  const issues = result.success
    ? []
    : result.error.issues.filter(({ message }) => !(hasPlaceholders && message === PLACEHOLDER));
  if (issues.length === 0) return { issues: [], body: body as StartInput };
  return { issues: locate(issues, lines, words.textOf) };
}

interface Found {
  path: PropertyKey[];
  message: string;
}

/** Puts each issue beside the innermost value of its path that is there. */
export function locate(
  issues: Found[],
  lines: ReadonlyMap<string, number>,
  textOf: (message: string) => string = (message) => message,
): DraftIssue[] {
  return issues.map(({ path, message }) => ({
    path: path.join('.'),
    line: lineOf(path.map(String), lines),
    message: textOf(message),
  }));
}

function lineOf(path: string[], lines: ReadonlyMap<string, number>): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const line = lines.get(path.slice(0, length).join('.'));
    if (line !== undefined) return line;
  }
  return 0;
}
