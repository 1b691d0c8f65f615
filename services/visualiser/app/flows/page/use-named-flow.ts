import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { keep, keptOf } from '../../session/kept.ts';
import { usePolling } from '../../session/polling.ts';
import { type FlowPlace, readNamedFlow, type StoredFlow } from '../flows.ts';

const LOOK_MS = 4_000;

export interface KnownFlow {
  found: StoredFlow | undefined;
  /** `missing`: there is none, not any more, or it is not the user's to see. */
  trouble: 'missing' | 'failed' | undefined;
  /** What is known of it by an answer to something else. */
  know(flow: StoredFlow): void;
  lookAgain(): void;
}

/** A named flow in its newest version, as it was read last. */
export function useNamedFlow(place: FlowPlace): KnownFlow {
  const [looks, setLooks] = useState(0);
  const [found, setFound] = useState<StoredFlow | undefined>(undefined);
  const [trouble, setTrouble] = useState<KnownFlow['trouble']>(undefined);
  const key = `flow ${place.id} ${place.name}`;
  const lookAgain = () => setLooks((before) => before + 1);
  usePolling(
    async (signal) => {
      const read = await readNamedFlow(place, signal);
      keep(key, read);
      // What is as it was stays the same object, so that nothing is read anew.
      setFound((known) => (JSON.stringify(known) === JSON.stringify(read) ? known : read));
      setTrouble(undefined);
    },
    {
      everyMs: LOOK_MS,
      key: `${key} ${looks}`,
      onError(error) {
        const isMissing = error instanceof ApiError && error.status < 500;
        if (isMissing) setFound(undefined);
        setTrouble(isMissing ? 'missing' : 'failed');
      },
    },
  );
  return {
    found: found ?? keptOf<StoredFlow>(key),
    trouble,
    know(flow) {
      setFound(flow);
      setTrouble(undefined);
      lookAgain();
    },
    lookAgain,
  };
}
