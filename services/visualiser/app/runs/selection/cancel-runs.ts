/*
 * One cancel of many runs. Owns what has become of each so far: it sends the request, looks for what it did where its
 * answer was lost (I3), and follows the runs until all have ended or the user leaves; the cancels go on without it.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { isAnswerLost } from '#shared/api/client/index.ts';
import { client, endsSession } from '../../session/session.ts';
import { type Fate, type Fates, fateOf, isInDoubt, isOpen } from './fates.ts';
import { deselect } from './selected-runs.ts';
import {
  type CancelStage,
  eachOf,
  errorMessageOf,
  type HowToCancel,
  isSessionOver,
  sendAll,
  type Work,
} from './send-cancels.ts';

/** So many runs are looked at in one round. */
const ROUND = 60;
const PAUSE_MS = 500;

export function useCancelRuns() {
  const [stage, setStage] = useState<CancelStage>('idle');
  const [fates, setFates] = useState<Fates>(new Map());
  const [error, setError] = useState<unknown>(undefined);
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);

  async function send(ids: readonly string[], how: HowToCancel): Promise<void> {
    const { signal } = leaving.current;
    const known = new Map(fates);
    const note = (id: string, fate: Fate) => {
      known.set(id, fate);
      if (!signal.aborted) setFates(new Map(known));
    };
    const work = { client: client.value, signal, known, note, setStage };
    setError(undefined);
    setStage('sending');
    try {
      await sendAll(work, ids, how);
      deselect([...known].filter(([, fate]) => !isInDoubt(fate)).map(([id]) => id));
      setStage('following');
      await follow(work);
      setStage('done');
    } catch (problem) {
      if (signal.aborted || endsSession(problem)) return;
      setError(problem);
      setStage(known.size === 0 ? 'idle' : 'done');
    }
  }
  return { stage, fates, error, send };
}

/** Looks until every run has ended, at some in each round, in turn. A gateway that is away is asked again. */
async function follow({ client, signal, known, note }: Work): Promise<void> {
  const open = [...known].filter(([, fate]) => isOpen(fate)).map(([id]) => id);
  while (open.length > 0) {
    await eachOf(open.splice(0, ROUND), async (id) => {
      try {
        note(id, fateOf(await client.get(id, { signal })));
      } catch (error) {
        if (signal.aborted || isSessionOver(error)) throw error;
        if (!isAnswerLost(error)) note(id, { fate: 'refused', error: errorMessageOf(error) });
      }
      if (isOpen(known.get(id)!)) open.push(id);
    });
    if (open.length > 0) await pause(signal);
  }
}

const pause = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
