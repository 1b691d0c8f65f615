/* The requests of one cancel of many runs: what was sent of them, and what of that is on record (I3). */
import {
  ApiError,
  type CancelManyInput,
  type CancelMode,
  type Client,
  findCancel,
  isAnswerLost,
} from '#shared/api/client/index.ts';
import { BULK_IDS_LIMIT } from '#shared/api/limits.ts';
import { createTurns } from '#shared/platform/async/turns.ts';
import { type Fate, foundFate } from './fates.ts';

export type CancelStage = 'idle' | 'sending' | 'looking' | 'following' | 'done';

export interface HowToCancel {
  mode: CancelMode;
  reason?: string;
}

/** An answer that takes longer is not waited for. */
const ANSWER_WITHIN_MS = 15_000;
const READS_AT_ONCE = 6;
export interface Work {
  client: Client;
  signal: AbortSignal;
  known: Map<string, Fate>;
  note(id: string, fate: Fate): void;
  setStage(stage: CancelStage): void;
}

/** Sends as many requests as needed. @throws the refusal of the first, or that the session is over */
export async function sendAll(work: Work, ids: readonly string[], how: HowToCancel): Promise<void> {
  for (let at = 0; at < ids.length; at += BULK_IDS_LIMIT)
    try {
      await sendSome(work, ids.slice(at, at + BULK_IDS_LIMIT), how);
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
    return isAnswerLost(error) ? { fate: 'unknown' } : { fate: 'refused', error: errorMessageOf(error) };
  }
}

export const isSessionOver = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

export const errorMessageOf = (error: unknown): string =>
  error instanceof ApiError ? error.body.error : error instanceof Error ? error.message : String(error);

export async function eachOf(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const turns = createTurns(READS_AT_ONCE);
  await Promise.all(ids.map((id) => turns.take(() => work(id))));
}
