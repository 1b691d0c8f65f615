import { type Endpoint, errorsOf } from '#shared/api/contract/endpoint.ts';
import { errorSchema } from '#shared/api/contract/errors/error-body.ts';
import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';
import { PROBLEM_TYPE } from '#shared/api/contract/errors/problem-type.ts';
import { textOfError } from '../../../../../services/gateway/http/language.ts';
import { problemSchema } from '../../../../../services/gateway/http/problem.ts';
import type { Answer } from './fire.ts';

/** What is wrong with an answer; undefined if the contract has it. */
export function violationOf(endpoint: Endpoint, { status, type, text }: Answer): string | undefined {
  if (status < 400)
    return status in endpoint.replies || status === 304
      ? wrongReply(endpoint, status, text)
      : `status ${status}`;
  const codes = errorsOf(endpoint).filter((code) => ERRORS[code].status === status);
  if (codes.length === 0 || status === 500 || status === 503) return `status ${status}: ${text}`;
  const problem = type.startsWith(PROBLEM_TYPE);
  const body: unknown = JSON.parse(text);
  const parsed = (problem ? problemSchema : errorSchema).strict().safeParse(body);
  if (!parsed.success) return `${status} with ${text}`;
  const said = 'title' in parsed.data ? parsed.data.title : parsed.data.error;
  return codes.some((code) => textsOf(code).includes(said)) ? undefined : `${status} says "${said}"`;
}

function wrongReply({ raw, replies }: Endpoint, status: number, text: string): string | undefined {
  const schema = replies[status];
  if (raw || !schema) return undefined;
  const { error } = schema.safeParse(JSON.parse(text));
  return error && `${status} with ${text}: ${error.message}`;
}

const textsOf = (code: ErrorCode): string[] =>
  (['none', 'en', 'es'] as const).map((language) => textOfError(code, language));
