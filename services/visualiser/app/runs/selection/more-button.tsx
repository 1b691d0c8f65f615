import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunSummary } from '#shared/api/client/index.ts';
import { FormProblem } from '../../kit/problem.tsx';
import type { RunsFilter } from '../../session/runs-filter.ts';
import { useSending } from '../../session/sending.ts';
import { client } from '../../session/session.ts';
import { text } from '../../text/text.ts';
import { readOpenRuns } from './filtered-runs.ts';
import { selectAll, selectRead } from './selected-runs.ts';
import { howMany, type Selection } from './selection.ts';
import { cancelRunsWords } from './words.ts';

interface SelectMoreButtonProps {
  filter: RunsFilter;
  shown: readonly RunSummary[];
  hasMore: boolean;
  selection: Selection;
}

/** First all that are listed, then all that the filter lets through, listed or not. */
export function SelectMoreButton({ filter, shown, hasMore, selection }: SelectMoreButtonProps) {
  const words = cancelRunsWords.value;
  const { busy, problem, send } = useSending(() => text.value.app.lost);
  const [isWhole, setWhole] = useState(false);
  const leaving = useRef(new AbortController());
  // What is read for one list is not selected in another.
  useEffect(() => () => leaving.current.abort(), []);
  if (howMany(selection, shown) !== 'all')
    return (
      <button type="button" class="button quiet" onClick={() => selectAll(shown)}>
        {words.allListed}
      </button>
    );
  if (!hasMore || isWhole) return null;
  const readAll = () =>
    send(async () => {
      const { signal } = leaving.current;
      await selectRead(async () => {
        const runs = await readOpenRuns(client.value, filter, signal);
        signal.throwIfAborted();
        return runs;
      });
      setWhole(true);
    });
  return (
    <>
      <button type="button" class="button quiet" disabled={busy} onClick={() => void readAll()}>
        {busy ? words.reading : words.allFiltered}
      </button>
      <FormProblem text={problem} />
    </>
  );
}
