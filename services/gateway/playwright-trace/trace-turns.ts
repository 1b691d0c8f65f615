/*
 * Traces are read a few at a time in this process, and one of each reader: each takes memory and processors (I13). Owns the
 * turns; one ends when the answer has gone, or its client has.
 */
import { createTurns } from '#shared/platform/async/turns.ts';
import { createTurnsByName } from '../access/turns-by-name.ts';

const AT_ONCE = 3;
/** Those of one reader. */
const WAITING = 4;
/** A client that takes its time keeps no others waiting longer. */
const LONGEST_MS = 30_000;

interface Answer {
  readonly closed: boolean;
  once(event: 'close', listener: () => void): unknown;
}

const turns = createTurns(AT_ONCE);
const turnsOfReaders = createTurnsByName({ atOnce: 1, waiting: WAITING });

/**
 * Resolves when it is the turn of this reader, a user or a ticket; the signal is raised when the client has left.
 * @throws TooManyWaitingError
 */
export async function takeTraceTurn(reader: string, response: Answer): Promise<AbortSignal> {
  const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const left = new AbortController();
  const leave = () => {
    over.resolve();
    left.abort();
  };
  response.once('close', leave);
  if (response.closed) leave();
  const held = async () => {
    begun.resolve();
    const timer = setTimeout(over.resolve, LONGEST_MS);
    await over.promise;
    clearTimeout(timer);
  };
  turnsOfReaders.take(reader, () => turns.take(held)).catch(begun.reject);
  await begun.promise;
  return left.signal;
}
