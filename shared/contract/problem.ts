import { z } from 'zod';
import { ERRORS, type ErrorBody, type ErrorCode, errorSchema } from './errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Where an error's description is; also the stable `type` of its problem. */
const problemUri = (code: ErrorCode): string => `/problems/${code}`;

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** An error for those who ask for `application/problem+json` (RFC 9457). */
export const problemSchema = errorSchema.omit({ ok: true, error: true }).extend({
  type: z.string().describe('Stable, and a page that says what it means: `/problems/<code>`.'),
  title: z.string().describe("The error's text, in the caller's language."),
  status: z.int().min(400).max(599),
  instance: z.string().describe('The path that was asked for, without its query.'),
  code: z.enum(codes).describe('Stable; what to branch on.'),
});
export type Problem = z.infer<typeof problemSchema>;

/** The same error as `body` says, told as a problem. */
export function problemOf(code: ErrorCode, body: ErrorBody, instance: string): Problem {
  const { ok: _, error: title, ...more } = body;
  return { type: problemUri(code), title, status: ERRORS[code].status, instance, code, ...more };
}

export const readProblemParams = z.object({ code: z.enum(codes) });
