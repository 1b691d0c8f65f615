/*
 * Where in the list its user is. Kept in the browser's history with the address: it is there again after a reload, and
 * when one comes back.
 */
import { type ListPlace, parsePlace } from '../kit/table/scroll-place.ts';
import { keepInHistory } from '../session/location.ts';

interface ListState {
  place?: ListPlace | undefined;
  /** The run that was opened from here. */
  opened?: string | undefined;
}

const read = (): ListState => {
  const { list } = (history.state ?? {}) as { list?: unknown };
  return typeof list === 'object' && list !== null ? list : {};
};

const keep = (part: ListState): void => keepInHistory({ list: { ...read(), ...part } });

export const placeNow = (): ListPlace | undefined => parsePlace(read().place);

export const keepPlace = (place: ListPlace | undefined): void => keep({ place });

/** The run that was opened from the list, when one comes back to it. */
export function openedNow(): string | undefined {
  const { opened } = read();
  return typeof opened === 'string' ? opened : undefined;
}

export const keepOpened = (opened: string): void => keep({ opened });
