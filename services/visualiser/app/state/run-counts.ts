import { useState } from 'preact/hooks';
import type { CallReply } from '#shared/client/index.ts';
import { usePolling } from './polling.ts';
import { client } from './session.ts';

export type RunCounts = CallReply<'countRuns'>;

const EVERY_MS = 5_000;

/** How many runs of a project there are by how they stand; undefined as long as that is not known. */
export function useRunCounts(project: string): RunCounts | undefined {
  const [counted, setCounted] = useState<{ project: string; counts: RunCounts }>();
  const query = project === '' ? {} : { project };
  usePolling(
    async (signal) =>
      setCounted({ project, counts: await client.value.call('countRuns', { query }, { signal }) }),
    { everyMs: EVERY_MS, key: project },
  );
  return counted?.project === project ? counted.counts : undefined;
}
