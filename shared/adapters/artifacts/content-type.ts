import { extname } from 'node:path';

const TYPES = new Map(
  Object.entries({
    '.png': 'image/png',
    '.jpg': 'image/jpeg',
    '.jpeg': 'image/jpeg',
    '.webm': 'video/webm',
    '.json': 'application/json; charset=utf-8',
    '.txt': 'text/plain; charset=utf-8',
    '.yml': 'text/plain; charset=utf-8',
    '.yaml': 'text/plain; charset=utf-8',
  }),
);

/** Never one that a browser would run, whatever a tested page made us write. */
export const contentTypeOf = (file: string): string =>
  TYPES.get(extname(file).toLowerCase()) ?? 'application/octet-stream';
