import type { z } from 'zod';
import type { Access } from './accounts/permissions.ts';
import type { ErrorCode } from './errors/errors.ts';
import type { ReplyHeader } from './headers.ts';

/** One row of the HTTP contract. */
export interface Endpoint {
  summary: string;
  /** Further explanation; `code` marks and blank lines are kept. */
  description?: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path in the syntax of @koa/router. */
  path: string;
  access: Access;
  /** A further right that it takes, in the same project. */
  andAccess?: Access;
  /** `id` in the path is a run's: `access` is decided for that run. A run that the caller may not see is not found. */
  onRun?: true;
  /** Its handler finds the run, with all that it shows of it, and decides about access. */
  readsRun?: true;
  /** Answers have an `ETag`; a request that has one of it in `If-None-Match` gets 304, without a body. */
  tagged?: true;
  /** A missing run is answered with `run_not_found`. */
  namesRun?: true;
  /**
   * How specific a 401 is. `why`: the reason the credentials are invalid; by default only `session_expired` is
   * distinguished; `nothing`: always "unauthorized".
   */
  refusal?: 'why' | 'nothing';
  /** `id` in the path is a project's, likewise. */
  onProject?: true;
  /** The token may also be sent as `?token=`. */
  queryToken?: true;
  /** A path that does not match is not found. */
  params?: z.ZodType<Record<string, string>>;
  /** All parameters that it takes; others are refused. */
  query?: z.ZodObject;
  /** Request headers that the endpoint reads, by lower-case name. */
  headers?: z.ZodType;
  body?: z.ZodType;
  /** The error for a caller without the right, in place of "forbidden". */
  forbidden?: ErrorCode;
  /** The error to answer if one of these fields of the body is missing, blank or not a string. */
  required?: { fields: readonly string[]; code: ErrorCode };
  /** Bodies of successful answers by status. For `raw` endpoints only the statuses matter. */
  replies: Readonly<Record<number, z.ZodType>>;
  /** Errors in addition to those implied by the other fields (see `errorsOf`). */
  errors?: readonly ErrorCode[];
  /** Response headers in addition to those of every answer. */
  sends?: readonly ReplyHeader[];
  /** The handler writes the body itself: an event stream, or a file. */
  raw?: 'stream' | 'file';
  /** Bodies of a `raw` endpoint by content type; null for bytes or plain text. */
  media?: Readonly<Record<string, z.ZodType | null>>;
}

/** Every error that an endpoint may answer with. */
export function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { access, onRun, namesRun, params, headers, body, required, refusal, errors = [] } = endpoint;
  const { forbidden = 'forbidden' } = endpoint;
  const codes: ErrorCode[] = [...errors, 'internal'];
  if (access !== 'public') codes.push('unauthorized', 'too_many_requests', 'database_unavailable');
  if (access !== 'public' && access !== 'account') codes.push(forbidden);
  if (access !== 'public' && refusal !== 'nothing') codes.push('session_expired');
  if (refusal === 'why') codes.push('invalid_token', 'invalid_api_key');
  if (namesRun) codes.push('run_not_found');
  else if (onRun || params) codes.push('not_found');
  if (required) codes.push(required.code);
  if (queryParametersOf(endpoint) || headers || body) codes.push('validation');
  if (body) codes.push('invalid_json', 'body_too_large', 'unsupported_encoding');
  return [...new Set(codes)];
}

/**
 * The names of all query parameters that an endpoint takes. Undefined if it does not matter which are given: it is not
 * offered, whatever is asked.
 */
export function queryParametersOf({ query, queryToken, replies }: Endpoint): string[] | undefined {
  if (Object.keys(replies).length === 0) return undefined;
  return [...Object.keys(query?.shape ?? {}), ...(queryToken ? ['token'] : [])];
}
