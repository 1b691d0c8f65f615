import { z } from 'zod';
import { type ErrorBody, errorSchema } from '#shared/api/contract/errors/error-body.ts';
import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';

/** The page that explains an error; also the stable `type` of its problem. */
const problemUri = (code: ErrorCode): string => `/problems/${code}`;

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** An error as `application/problem+json` (RFC 9457), for clients that accept it. */
export const problemSchema = errorSchema.omit({ ok: true, error: true }).extend({
  type: z.string().describe('Stable; the URL of a page that explains the error: `/problems/<code>`.'),
  title: z.string().describe("The text of the error in the caller's language."),
  status: z.int().min(400).max(599),
  instance: z.string().describe('The requested path, without its query.'),
  code: z.enum(codes).describe('Stable; branch on this.'),
});
type Problem = z.infer<typeof problemSchema>;

/** The error of `body` as a problem. */
export function problemOf(code: ErrorCode, body: ErrorBody, instance: string): Problem {
  const { ok: _, error: title, ...more } = body;
  return { type: problemUri(code), title, status: ERRORS[code].status, instance, code, ...more };
}
