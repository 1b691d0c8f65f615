/** Response headers for clients, and what they mean. */
export const REPLY_HEADERS = {
  'X-Request-Id': 'The id of this request, as sent by the client or else generated. It is also in the logs.',
  Link: '`<…>; rel="next"`: the URL of the next page. Absent on the last page.',
  'Retry-After': 'Seconds to wait before a retry.',
  'Idempotent-Replayed':
    '`true` if this repeats the answer to an earlier request with the same `Idempotency-Key`.',
  'Accept-Ranges': '`bytes`: the file supports `Range` requests.',
  'Content-Range': 'The range of bytes in this answer, and the size of the file.',
  ETag: 'Names what is answered: another one, if anything of it has changed.',
  'Ghostly-Covered': '`secret`: the picture is grey, as the page could show a secret.',
  Location: 'The URL to follow.',
  'Set-Cookie': 'The session of the browser, or its removal.',
} as const;

export type ReplyHeader = keyof typeof REPLY_HEADERS;
