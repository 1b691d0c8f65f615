/*
 * What views have read last: who goes to another view in an outage finds there what was known. Owns it for one user; while
 * everything can be read, nothing is taken from here.
 */
import { useState } from 'preact/hooks';
import { RecentMap } from '#shared/platform/async/recent-map.ts';
import { unread } from './connection.ts';

interface Kept {
  value: unknown;
  /** About as many kB. */
  weight: number;
}

const kept = new RecentMap<string, Kept>({ most: 20_000, weigh: ({ weight }) => weight });

/** The runs that the list has shown last. */
export const LISTED = 'listed runs';

const weightOf = (value: unknown): number => (Array.isArray(value) ? 1 + value.length : 1);

/** `key` names what it is, and so its type; `weight` about how many kB it has. */
export const keep = (key: string, value: unknown, weight = weightOf(value)): void =>
  kept.set(key, { value, weight });

/** What was kept, but only in an outage. */
export const keptOf = <Value>(key: string): Value | undefined =>
  unread.value === undefined ? undefined : (kept.get(key)?.value as Value | undefined);

export const forgetKept = (): void => kept.clear();

/** Like `useState`, for something that is read: kept under its key, and in an outage what was read last. */
export function useKept<Value>(key: string): [known: Value | undefined, know: (value: Value) => void] {
  const [read, setRead] = useState<Value | undefined>(undefined);
  const know = (value: Value) => {
    keep(key, value);
    setRead(() => value);
  };
  return [read ?? keptOf<Value>(key), know];
}
