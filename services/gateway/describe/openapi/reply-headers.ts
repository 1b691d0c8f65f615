import { REPLY_HEADERS, type ReplyHeader } from '#shared/api/contract/headers.ts';
import type { Header, Reference } from './types.ts';

export const HEADERS: Record<string, Header> = Object.fromEntries(
  Object.entries(REPLY_HEADERS).map(([name, description]) => [
    name,
    { description, schema: { type: name === 'Retry-After' ? 'integer' : 'string' } },
  ]),
);

/** These, and those of every answer. */
export const replyHeadersOf = (names: readonly ReplyHeader[]): Record<string, Reference> =>
  Object.fromEntries(
    [...names, 'X-Request-Id'].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
