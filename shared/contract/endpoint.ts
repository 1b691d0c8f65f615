import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { Access } from './permissions.ts';

/** One row of the HTTP contract. */
export interface Endpoint {
  summary: string;
  /** `ANY`: every method. */
  method: 'GET' | 'POST' | 'DELETE' | 'ANY';
  /** As @koa/router reads it. */
  path: string;
  access: Access;
  /** The path's `id` is a run's: `access` is judged for that run. A run the caller may not see is not found. */
  onRun?: true;
  /** The JWT may also come as `?token=`. */
  queryToken?: true;
  /** What does not match is not found. */
  params?: z.ZodType<Record<string, string>>;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Answers of success by status. Of `raw` endpoints they say only which statuses there are. */
  replies: Readonly<Record<number, z.ZodType>>;
  /** Errors besides those that follow from the other columns (see `errorsOf`). */
  errors?: readonly ErrorCode[];
  /** The handler writes the body itself: an event stream, or a file. */
  raw?: 'stream' | 'file';
}

/** Every error that an endpoint may answer with. */
export function errorsOf({ access, onRun, params, query, body, errors = [] }: Endpoint): ErrorCode[] {
  const codes: ErrorCode[] = [...errors, 'internal'];
  if (access !== 'public') codes.push('unauthorized', 'database_unavailable');
  if (access !== 'public' && access !== 'account') codes.push('forbidden');
  if (onRun || params) codes.push('not_found');
  if (query || body) codes.push('validation');
  if (body) codes.push('invalid_json', 'body_too_large', 'unsupported_encoding');
  return [...new Set(codes)];
}
