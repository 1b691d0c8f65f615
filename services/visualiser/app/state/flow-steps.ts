import { useEffect, useState } from 'preact/hooks';
import type { EventStep } from '#shared/events/events.ts';
import { client } from './session.ts';

/** The steps of a run's flow, once somebody wants them; undefined until they are there, or if they cannot be read. */
export function useFlowSteps(id: string, isWanted: boolean): readonly EventStep[] | undefined {
  const [steps, setSteps] = useState<readonly EventStep[] | undefined>(undefined);
  useEffect(() => {
    if (!isWanted) return;
    const leaving = new AbortController();
    client.value.flow(id, { signal: leaving.signal }).then(
      ({ flow }) => setSteps(Array.isArray(flow.steps) ? (flow.steps as EventStep[]) : undefined),
      () => undefined, // how many are ahead is known without it
    );
    return () => leaving.abort();
  }, [id, isWanted]);
  return steps;
}
