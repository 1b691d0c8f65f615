import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { useKept } from './kept.ts';
import { usePolling } from './polling.ts';

interface ListToPoll {
  everyMs: number;
  /** Names the list and whose it is: another one is read at once, and in an outage it is shown as it was read last. */
  key: string;
  /** How many are read at first, how many more each time that more are wanted, and at most. By default all. */
  sizes?: { first: number; more: number; most: number };
}

interface PolledList<Item> {
  /** Undefined until the first answer. */
  found: Item[] | undefined;
  /** What the last look has failed with; undefined if it went well. */
  error: unknown;
  /** There may be more, and they can be shown. */
  hasMore: boolean;
  showMore(): void;
  lookAgain(): void;
}

const ALL = { first: Number.POSITIVE_INFINITY, more: 0, most: Number.POSITIVE_INFINITY };

/** A list that is read at once and then regularly, the first part of it or more. */
export function usePolledList<Item>(
  read: (limit: number, signal: AbortSignal) => Promise<Item[]>,
  { everyMs, key, sizes = ALL }: ListToPoll,
): PolledList<Item> {
  const [looks, setLooks] = useState(0);
  const [limit, setLimit] = useState(sizes.first);
  const [found, setFound] = useKept<Item[]>(key);
  const [error, setError] = useState<unknown>(undefined);
  usePolling(
    async (signal) => {
      setFound(await read(limit, signal));
      setError(undefined);
    },
    { everyMs, key: `${key} ${limit} ${looks}`, onError: setError },
  );
  return {
    found,
    error,
    hasMore: found?.length === limit && limit < sizes.most,
    showMore: () => setLimit(Math.min(limit + sizes.more, sizes.most)),
    lookAgain: () => setLooks((before) => before + 1),
  };
}

/** Whether the gateway has answered that there is nothing for this user. */
export const isNotForUser = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status < 500;

/** Whether it has answered that it has no key of the vault. */
export const isNoVault = (error: unknown): boolean => error instanceof ApiError && error.code === 'no_vault';
