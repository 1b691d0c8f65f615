import { useEffect, useState } from 'preact/hooks';
import { endsSession } from '../../session/session.ts';
import { compareVersions, type FlowDifference, type FlowPlace } from '../flows.ts';
import { flowWords } from '../words.ts';
import { Changes } from './changes.tsx';

interface DifferenceOfProps {
  place: FlowPlace;
  from: number;
  to: number;
}

/** What is different between two versions of a flow. */
export function DifferenceOf({ place, from, to }: DifferenceOfProps) {
  const { difference: words } = flowWords.value;
  const [found, setFound] = useState<FlowDifference | 'failed' | undefined>(undefined);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    setFound(undefined);
    compareVersions(place, { from, to }, signal).then(setFound, (error: unknown) => {
      if (!signal.aborted && !endsSession(error)) setFound('failed');
    });
    return () => leaving.abort();
  }, [place, from, to]);
  if (found === undefined) return <p class="soft">…</p>;
  return found === 'failed' ? <p class="is-error">{words.failed}</p> : <Changes difference={found} />;
}
