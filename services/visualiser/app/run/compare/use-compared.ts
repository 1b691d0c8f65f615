import { useState } from 'preact/hooks';
import { findPassed } from '#shared/api/client/find-passed.ts';
import { ApiError, isFinal, type RunDetail } from '#shared/api/client/index.ts';
import { nowOfRuns } from '../../kit/clock.ts';
import { usePolling } from '../../session/polling.ts';
import { client } from '../../session/session.ts';

/** Two runs that are compared. */
export interface BothRuns {
  here: RunDetail;
  /** Missing if no run like it has passed, or none was found. */
  there: RunDetail | undefined;
  /** Among how many none was found; undefined if all were looked at. */
  among?: number | undefined;
}

interface Read {
  key: string;
  /** The last that could be read: after a failure it is old. */
  compared?: BothRuns | undefined;
  /** When it was read, by the time of runs, epoch ms. */
  at?: number | undefined;
  failure?: 'missing' | 'error';
}

const LOOK_MS = 3_000;

/** Reads both until both are over, or one is not to be seen. `other`: the one of the address; without it, the last like it that passed. */
export function useCompared(id: string, other: string | undefined): Omit<Read, 'key'> {
  const key = `${id} ${other ?? ''}`;
  const [read, setRead] = useState<Read>({ key });
  // The look that is polled is that of the render in which its key was new.
  let isOver = false;
  usePolling(
    async (signal) => {
      if (isOver) return;
      const compared = await readBoth(id, other, signal);
      isOver = [compared.here, compared.there].every((run) => !run || isFinal(run.status));
      setRead({ key, compared, at: nowOfRuns() });
    },
    {
      everyMs: LOOK_MS,
      key,
      onError: (error) => {
        isOver = error instanceof ApiError && error.status === 404;
        if (isOver) setRead({ key, failure: 'missing' });
        else setRead((last) => ({ ...(last.key === key ? last : { key }), failure: 'error' }));
      },
    },
  );
  return read.key === key ? read : {};
}

async function readBoth(id: string, other: string | undefined, signal: AbortSignal): Promise<BothRuns> {
  const api = client.value;
  const here = await api.get(id, { hints: true, signal });
  const { passed, among } = other === undefined ? await findPassed(api, here, { signal }) : {};
  const otherId = other ?? passed?.id;
  const there = otherId === undefined ? undefined : await api.get(otherId, { hints: true, signal });
  return { here, there, among };
}
