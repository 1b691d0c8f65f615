/** Headers of answers that clients may use, and what they say. */
export const REPLY_HEADERS = {
  'X-Request-Id': 'The id of this request: the one that it brought, or a fresh one. It is in the logs too.',
  Link: '`<…>; rel="next"`: where the next page is. Without it this was the last one.',
  'Retry-After': 'After how many seconds to try again.',
  'Idempotent-Replayed':
    '`true` if this is the answer of an earlier request with the same `Idempotency-Key`.',
  'Accept-Ranges': '`bytes`: parts of the file may be asked for by `Range`.',
  'Content-Range': 'Which bytes of how many these are.',
  Location: 'Where to go on.',
} as const;

export type ReplyHeader = keyof typeof REPLY_HEADERS;
