import type { IssueCode } from './errors/issues.ts';

/** Control characters, line breaks, and marks that turn the direction of the text around them. */
const ODD = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** For `refine`: what is shown in a line of a list, a log or a terminal can neither break it nor make it read otherwise. */
export const ONE_LINE = [
  (text: string | undefined): boolean => text === undefined || !ODD.test(text),
  'not_one_line' satisfies IssueCode,
] as const;
