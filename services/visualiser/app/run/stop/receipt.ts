import { useEffect, useState } from 'preact/hooks';
import type { Receipt } from '#shared/api/client/index.ts';
import { nowOfRuns } from '../../kit/clock.ts';
import { poll } from '../../session/polling.ts';
import { client } from '../../session/session.ts';

export interface ReceiptState {
  receipt: Receipt | undefined;
  /** When it was read, by the time of runs: what it says of times to come counts from there. */
  readAt: number;
  /** The state that the run was in when it was asked for: what it waits for is said of that. */
  state: string;
  failed: boolean;
}

const READ_MS = 200;

/** The receipt of a run's cancel, read again until the run is final, and at once when its state has changed. */
export function useReceipt(id: string, isWanted: boolean, state: string): ReceiptState {
  const [read, setRead] = useState<ReceiptState>({ receipt: undefined, readAt: 0, state, failed: false });
  const isComplete = read.receipt?.final !== undefined;
  useEffect(() => {
    if (!isWanted || isComplete) return;
    return poll(
      async (signal) => {
        const receipt = await client.value.receipt(id, { signal });
        setRead({ receipt, readAt: nowOfRuns(), state, failed: false });
      },
      READ_MS,
      () => setRead((before) => ({ ...before, failed: true })),
    );
  }, [id, isWanted, isComplete, state]);
  return read;
}
