/*
 * One cancel of many runs. Owns what has become of each so far: it sends the request, looks for what it did where its
 * answer was lost (I3), and follows the runs until all have ended or the user leaves; the cancels go on without it.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { createTurns } from '#shared/async/turns.ts';
import {
  ApiError,
  type CancelManyInput,
  type CancelMode,
  type Client,
  findCancel,
  isAnswerLost,
} from '#shared/client/index.ts';
import { type Fate, type Fates, fateOf, foundFate, isInDoubt, isOpen } from '../model/fates.ts';
import { deselect } from './selection.ts';
import { client, endsSession } from './session.ts';

export type CancelStage = 'idle' | 'sending' | 'looking' | 'following' | 'done';

export interface HowToCancel {
  mode: CancelMode;
  reason?: string;
}

/** What a bulk cancel takes at once. */
const AT_ONCE = 1_000;
/** An answer that takes longer is not waited for. */
const ANSWER_WITHIN_MS = 15_000;
const READS_AT_ONCE = 6;
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

interface Work {
  client: Client;
  signal: AbortSignal;
  known: Map<string, Fate>;
  note(id: string, fate: Fate): void;
  setStage(stage: CancelStage): void;
}

/** As many requests as it takes. @throws what the gateway refuses the first with, or that the session is over */
export async function sendAll(work: Work, ids: readonly string[], how: HowToCancel): Promise<void> {
  for (let at = 0; at < ids.length; at += AT_ONCE)
    try {
      await sendSome(work, ids.slice(at, at + AT_ONCE), how);
    } catch (error) {
      if (at === 0 || work.signal.aborted || isSessionOver(error)) throw error;
      // What was sent before is on record; of these nothing is.
      for (const id of ids.slice(at)) work.known.set(id, { fate: 'unrecorded' });
      return;
    }
}

/** @throws what the gateway refuses all of it with */
async function sendSome(work: Work, ids: string[], how: HowToCancel): Promise<void> {
  const { client, known, note, setStage } = work;
  const body: CancelManyInput = { ids, ...how };
  try {
    const { failures = [] } = await client.cancelMany(body, {
      signal: AbortSignal.any([work.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    for (const id of ids) known.set(id, { fate: 'stopping' });
    for (const { id, error } of failures) known.set(id, { fate: 'refused', error });
    note(ids[0]!, known.get(ids[0]!)!);
  } catch (error) {
    if (work.signal.aborted || !isAnswerLost(error)) throw error;
    for (const id of ids) known.set(id, { fate: 'sent' });
    setStage('looking');
    await eachOf(ids, async (id) => note(id, await lookFor(work, id, how.mode)));
  }
}

async function lookFor({ client, signal }: Work, id: string, mode: CancelMode): Promise<Fate> {
  try {
    return foundFate(await findCancel(client, id, { mode, signal }));
  } catch (error) {
    if (signal.aborted || isSessionOver(error)) throw error;
    return isAnswerLost(error) ? { fate: 'unknown' } : { fate: 'refused', error: textOf(error) };
  }
}

/** Until every run has ended: some in each round, in turn. A gateway that is away is asked again. */
async function follow({ client, signal, known, note }: Work): Promise<void> {
  const open = [...known].filter(([, fate]) => isOpen(fate)).map(([id]) => id);
  while (open.length > 0) {
    await eachOf(open.splice(0, ROUND), async (id) => {
      try {
        note(id, fateOf(await client.get(id, { signal })));
      } catch (error) {
        if (signal.aborted || isSessionOver(error)) throw error;
        if (!isAnswerLost(error)) note(id, { fate: 'refused', error: textOf(error) });
      }
      if (isOpen(known.get(id)!)) open.push(id);
    });
    if (open.length > 0) await pause(signal);
  }
}

const isSessionOver = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

const textOf = (error: unknown): string =>
  error instanceof ApiError ? error.body.error : error instanceof Error ? error.message : String(error);

async function eachOf(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const turns = createTurns(READS_AT_ONCE);
  await Promise.all(ids.map((id) => turns.take(() => work(id))));
}

const pause = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
