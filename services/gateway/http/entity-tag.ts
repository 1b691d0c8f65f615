/** More tags than any client has of one answer. */
const MOST_TAGS = 8;

/**
 * What the tags of an `If-None-Match` enclose, weak and strong ones alike. Asked for with fetch, such a request also says
 * `Cache-Control: no-cache`; that is for caches, and not for the origin (RFC 9111).
 */
export const tagsIn = (ifNoneMatch = ''): string[] =>
  [...ifNoneMatch.matchAll(/"([\x21\x23-\x7e]*)"/g)].slice(0, MOST_TAGS).map(([, tag = '']) => tag);

/** Weak: it holds for the content, in whichever encoding it is sent. */
export const weakTag = (text: string): string => `W/"${text}"`;
