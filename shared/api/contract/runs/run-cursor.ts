import { isId } from '../is-id.ts';

/** A position in a list of runs: microseconds since 1970, and the id of the run there. */
export interface RunCursor {
  micros: string;
  id: string;
}

/** The year 2255; up to then microseconds are exact in a double. */
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

export const isRunCursor = (text: string): boolean => decodeRunCursor(text) !== undefined;

/** The form of a search's cursor, which only a gateway can read. */
const SEARCH_CURSOR = /^[\w-]{86}$/;

export const isListCursor = (text: string): boolean => isRunCursor(text) || SEARCH_CURSOR.test(text);
