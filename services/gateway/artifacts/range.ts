import type { ByteRange } from '#shared/adapters/artifacts/artifacts.ts';

const ONE_RANGE = /^bytes=(\d*)-(\d*)$/i;

/**
 * What a `Range` header asks for of a file (RFC 9110). One that is malformed, or names several ranges, is ignored as if
 * it were not there: a server may.
 */
export function rangeOf(header: string, size: number): ByteRange | 'all' | 'unsatisfiable' {
  const [, first = '', last = ''] = ONE_RANGE.exec(header) ?? [];
  if (first === '' && last === '') return 'all';
  if (first !== '' && last !== '' && Number(last) < Number(first)) return 'all';
  const [start, end] =
    first === ''
      ? [Math.max(0, size - Number(last)), size - 1] // the last so many
      : [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
  return start < size ? { start, end } : 'unsatisfiable';
}
