import { useState } from 'preact/hooks';
import { findPassed } from '#shared/api/client/find-passed.ts';
import type { RunDetail } from '#shared/api/client/index.ts';
import { usePolling } from '../../session/polling.ts';
import { hashOf } from '../../session/route.ts';
import { client } from '../../session/session.ts';
import { compareWords } from './words.ts';

const LOOK_MS = 60_000;

/** Leads from a run that did not pass to its comparison with the last one like it that did; nothing if there is none. */
export function CompareLink({ run }: { run: RunDetail }) {
  const [isThere, setThere] = useState(false);
  usePolling(
    async (signal) => {
      const { passed } = await findPassed(client.value, run, { signal });
      setThere(passed !== undefined);
    },
    { everyMs: LOOK_MS, key: run.id },
  );
  if (!isThere) return null;
  return (
    <a class="button compact compare-link" href={hashOf({ view: 'compare', id: run.id })}>
      {compareWords.value.link}
    </a>
  );
}
