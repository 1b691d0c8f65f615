/*
 * The runs that wait for the user: how many, and a notification of a new one where the user wants that. Owns what was read
 * last; the list itself is that of the runs, filtered.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RunSummary } from '#shared/api/client/index.ts';
import { runNameOf } from '../kit/standing/standing.ts';
import { usePolling } from '../session/polling.ts';
import { hashOf } from '../session/route.ts';
import { client } from '../session/session.ts';
import { text } from '../text/text.ts';
import { notify } from './notices.ts';

const LOOK_MS = 3_000;
/** No more are counted. */
export const MOST_SHOWN = 20;

/** All that there are, or one more than are counted; undefined until the first look. */
export const waiting = signal<readonly RunSummary[] | undefined>(undefined);

/** Looks regularly, as long as the user is signed in. */
export function useWaiting(): void {
  usePolling(
    async (abort) => {
      const filter = { attention: 'me' as const, pageSize: MOST_SHOWN + 1 };
      const { runs } = await client.peek().list(filter, { signal: abort }).page();
      notifyOf(runs, waiting.peek());
      waiting.value = runs;
    },
    { everyMs: LOOK_MS, key: '' },
  );
  useEffect(
    () => () => {
      waiting.value = undefined;
    },
    [],
  );
}

/** What waited at the first look is no news. */
function notifyOf(runs: readonly RunSummary[], before: readonly RunSummary[] | undefined): void {
  if (!before) return;
  const known = new Set(before.map(({ id }) => id));
  for (const run of runs.filter(({ id }) => !known.has(id)))
    notify({
      tag: `waits ${run.id}`,
      title: text.peek().app.runWaits,
      body: runNameOf(run),
      hash: hashOf({ view: 'run', id: run.id }),
    });
}
