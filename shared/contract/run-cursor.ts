import { isId } from './id.ts';

/** A place in a list of runs: microseconds since 1970, and the id of the run that was there. */
export interface RunCursor {
  micros: string;
  id: string;
}

/** In the year 2255: up to then the database counts microseconds exactly, as doubles do. */
const LATEST_MICROS = Number.MAX_SAFE_INTEGER;

/** Opaque to clients. It says where a page ended and nothing else, so it is worth nothing to anybody else. */
export const encodeRunCursor = ({ micros, id }: RunCursor): string =>
  btoa(`${micros}.${id}`).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Undefined for whatever {@link encodeRunCursor} did not make. */
export function decodeRunCursor(text: string): RunCursor | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const [micros = '', id = '', ...rest] = atob(text.replaceAll('-', '+').replaceAll('_', '/')).split('.');
  if (rest.length > 0 || !/^\d{1,16}$/.test(micros) || Number(micros) > LATEST_MICROS || !isId(id))
    return undefined;
  return encodeRunCursor({ micros, id }) === text ? { micros, id } : undefined;
}

export const isRunCursor = (text: string): boolean => decodeRunCursor(text) !== undefined;
