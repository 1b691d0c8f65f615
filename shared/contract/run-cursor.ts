import { isId } from './is-id.ts';

/** A position in a list of runs: microseconds since 1970, and the id of the run there. */
export interface RunCursor {
  micros: string;
  id: string;
}

/** In the year 2255; up to then microseconds are exact in a double. */
const LATEST_MICROS = Number.MAX_SAFE_INTEGER;

/** Opaque to clients. It holds only the position where a page ended, so it grants nothing. */
export const encodeRunCursor = ({ micros, id }: RunCursor): string => encoded(`${micros}.${id}`);

const encoded = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Undefined for any text that {@link encodeRunCursor} did not produce. */
export function decodeRunCursor(text: string): RunCursor | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const [micros = '', id = '', ...rest] = atob(text.replaceAll('-', '+').replaceAll('_', '/')).split('.');
  if (rest.length > 0 || !/^\d{1,16}$/.test(micros) || Number(micros) > LATEST_MICROS || !isId(id))
    return undefined;
  return encodeRunCursor({ micros, id }) === text ? { micros, id } : undefined;
}

/** The same of a search: an ordinal, or the id of a run among those whose ids were looked for. */
export const encodeSearchCursor = (place: number | string): string => encoded(`search.${place}`);

/** Undefined for any text that {@link encodeSearchCursor} did not produce. */
export function decodeSearchCursor(text: string): number | string | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const [, told = ''] = /^search\.(.+)$/.exec(atob(text.replaceAll('-', '+').replaceAll('_', '/'))) ?? [];
  const place = isId(told) ? told : /^-?\d{1,16}$/.test(told) ? Number(told) : undefined;
  return place !== undefined && encodeSearchCursor(place) === text ? place : undefined;
}

export const isRunCursor = (text: string): boolean =>
  decodeRunCursor(text) !== undefined || decodeSearchCursor(text) !== undefined;
