import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { ReplyHeader } from './headers.ts';
import type { Access } from './permissions.ts';

/** One row of the HTTP contract. */
export interface Endpoint {
  summary: string;
  /** What its reader should know besides; Markdown's code marks and blank lines are kept. */
  description?: string;
  /** `ANY`: every method. */
  method: 'GET' | 'POST' | 'DELETE' | 'ANY';
  /** As @koa/router reads it. */
  path: string;
  access: Access;
  /** The path's `id` is a run's: `access` is decided for that run. A run that the caller may not see is not found. */
  onRun?: true;
  /** The run that is not found is called so. */
  namesRun?: true;
  /**
   * How much a 401 tells: `why` the credentials are bad; by default only that a good token is over since its user is
   * gone; `nothing` besides "unauthorized".
   */
  refusal?: 'why' | 'nothing';
  /** Likewise the path's `id` is a project's. */
  onProject?: true;
  /** The JWT may also come as `?token=`. */
  queryToken?: true;
  /** What does not match is not found. */
  params?: z.ZodType<Record<string, string>>;
  query?: z.ZodType;
  /** Headers that the endpoint itself reads, by their names in lower case. */
  headers?: z.ZodType;
  body?: z.ZodType;
  /** The error that names these fields of the body if one of them is missing, is no text, or is blank. */
  required?: { fields: readonly string[]; code: ErrorCode };
  /** Answers of success by status. Of `raw` endpoints they say only which statuses there are. */
  replies: Readonly<Record<number, z.ZodType>>;
  /** Errors besides those that follow from the other columns (see `errorsOf`). */
  errors?: readonly ErrorCode[];
  /** Headers of its answers besides those of every answer. */
  sends?: readonly ReplyHeader[];
  /** The handler writes the body itself: an event stream, or a file. */
  raw?: 'stream' | 'file';
  /** Of a `raw` endpoint: what it may answer with, by content type. Without a schema it is bytes, or a text. */
  media?: Readonly<Record<string, z.ZodType | null>>;
}

/** Every error that an endpoint may answer with. */
export function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { access, onRun, namesRun, params, query, headers, body, required, refusal, errors = [] } = endpoint;
  const codes: ErrorCode[] = [...errors, 'internal'];
  if (access !== 'public') codes.push('unauthorized', 'database_unavailable');
  if (access !== 'public' && access !== 'account') codes.push('forbidden');
  if (access !== 'public' && refusal !== 'nothing') codes.push('session_expired');
  if (refusal === 'why') codes.push('invalid_token', 'invalid_api_key');
  if (namesRun) codes.push('run_not_found');
  else if (onRun || params) codes.push('not_found');
  if (required) codes.push(required.code);
  if (query || headers || body) codes.push('validation');
  if (body) codes.push('invalid_json', 'body_too_large', 'unsupported_encoding');
  return [...new Set(codes)];
}
