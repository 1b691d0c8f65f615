import { useEffect, useState } from 'preact/hooks';
import type { CancelMode, RunSummary } from '#shared/api/client/index.ts';
import { client } from '../../session/session.ts';

/** So many dry runs tell it for all: what a cancel may take is much the same for each. */
const ASKED = 6;

/** The longest that a cancel of these runs may take, ms, by dry runs; undefined until it is known. */
export function useForecast(runs: readonly RunSummary[], mode: CancelMode): number | undefined {
  const [found, setFound] = useState<{ of: string; withinMs: number }>();
  const ids = runs.slice(0, ASKED).map(({ id }) => id);
  const of = [mode, ...ids].join();
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const ask = async (id: string) => {
      try {
        return (await client.value.cancel(id, { mode, dryRun: true, signal })).withinMs;
      } catch {
        return 0; // it has ended, or is not to be cancelled: the answer will say so
      }
    };
    void Promise.all(ids.map(ask)).then((times) => {
      if (!signal.aborted) setFound({ of, withinMs: Math.max(0, ...times) });
    });
    return () => leaving.abort();
  }, [of]);
  return found?.of === of && found.withinMs > 0 ? found.withinMs : undefined;
}
