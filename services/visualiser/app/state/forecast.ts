import { useEffect, useState } from 'preact/hooks';
import type { CancelMode, RunSummary } from '#shared/client/index.ts';
import { client } from './session.ts';

/** So many dry runs tell it for all: what a cancel may take is much the same for each. */
const ASKED = 6;

/** The longest that a cancel of these runs may take, ms, by dry runs; undefined until it is known. */
export function useForecast(runs: readonly RunSummary[], mode: CancelMode): number | undefined {
  const [withinMs, setWithin] = useState<number | undefined>(undefined);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const ask = async ({ id }: RunSummary) => {
      try {
        return (await client.value.cancel(id, { mode, dryRun: true, signal })).withinMs;
      } catch {
        return 0; // it has ended, or is not to be cancelled: the answer will say so
      }
    };
    void Promise.all(runs.slice(0, ASKED).map(ask)).then((found) => {
      const longest = Math.max(0, ...found);
      if (!signal.aborted) setWithin(longest > 0 ? longest : undefined);
    });
    return () => leaving.abort();
  }, [runs, mode]);
  return withinMs;
}
