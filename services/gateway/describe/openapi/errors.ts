import { type Endpoint, errorsOf } from '#shared/api/contract/endpoint.ts';
import { type ErrorBody, errorSchema } from '#shared/api/contract/errors/error-body.ts';
import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';
import { ISSUES } from '#shared/api/contract/errors/issues.ts';
import { PROBLEM_TYPE } from '#shared/api/contract/errors/problem-type.ts';
import type { ReplyHeader } from '#shared/api/contract/headers.ts';
import { problemOf, problemSchema } from '../../http/problem.ts';
import { MEANINGS } from './meanings.ts';
import { replyHeadersOf } from './reply-headers.ts';
import type { Schemas } from './schemas.ts';
import type { Described, Media, OpenApiExample, Response } from './types.ts';

/** One answer for each status of the endpoint's errors, with an example of every error that has this status. */
export function errorResponses(endpoint: Endpoint, schemas: Schemas): Described<Response> {
  const byStatus = Map.groupBy(errorsOf(endpoint), (code) => ERRORS[code].status as number);
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, errorResponse(codes, schemas)]));
}

const tellsWhenToRetry = (code: ErrorCode): boolean =>
  ERRORS[code].status === 429 || code === 'artifact_pending' || code === 'store_unavailable';

function errorResponse(codes: ErrorCode[], schemas: Schemas): Response {
  const examples = (suffix: string): Media['examples'] & object =>
    Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}${suffix}` }]));
  const sent: ReplyHeader[] = codes.some(tellsWhenToRetry) ? ['Retry-After'] : [];
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].text}`).join('; '),
    headers: replyHeadersOf(sent),
    content: {
      'application/json': { schema: schemas.of(errorSchema, 'output'), examples: examples('') },
      [PROBLEM_TYPE]: { schema: schemas.of(problemSchema, 'output'), examples: examples(AS_PROBLEM) },
    },
  };
}

const AS_PROBLEM = '.problem';

/** Every error, as the body that it has by default and as a problem. */
export function errorExamples(): Described<OpenApiExample> {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return Object.fromEntries(
    codes.flatMap((code) => {
      const body = bodyOf(code);
      const [summary, description] = [ERRORS[code].text, MEANINGS[code]];
      return [
        [code, { summary, description, value: body }],
        [code + AS_PROBLEM, { summary, description, value: problemOf(code, body, '/v1/runs') }],
      ];
    }),
  );
}

/** The exact body without a language; only the parts that depend on the request are made up. */
const bodyOf = (code: ErrorCode): ErrorBody => ({
  ok: false,
  error: ERRORS[code].text,
  ...(code === 'validation' && { details: wrong('baseUrl') }),
  ...(code === 'project_required' && { details: wrong('project') }),
  ...(code === 'hidden_values' && { details: wrong('steps.1.value', ISSUES.placeholder.en) }),
  ...(code === 'secrets_of_another' && { details: wrong('steps.1.value', ISSUES.secret_of_another.en) }),
  ...(code === 'internal' && { requestId: '3c1f7e52-9b0a-4d68-8f25-6ad0e4c97b13' }),
  ...(code === 'not_ready' && {
    missing: ['nats'],
    outages: [{ name: 'nats', since: '2026-11-25T12:00:00.000Z' }],
  }),
});

const wrong = (path: string, message = 'is required'): ErrorBody['details'] => ({
  formErrors: [],
  fieldErrors: { [path.split('.')[0]!]: [message] },
  issues: [{ path, message }],
});
