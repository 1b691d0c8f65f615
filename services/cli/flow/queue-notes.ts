/*
 * Says what a watched run waits for while it is queued: only the run itself tells, its stream does not. Asks again as long
 * as the run waits. Owns the timer until `end`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, StreamEntry } from '#shared/client/index.ts';
import { QUEUED } from '#shared/run/states.ts';

/** Most runs are claimed sooner. */
const FIRST_MS = 2_000;
const EVERY_MS = 5_000;

export interface QueueNotes {
  /** Every entry of the run's stream: tells whether it is queued. */
  follow(entry: StreamEntry): void;
  end(): void;
}

/** `say` is called whenever the reason is another one. What cannot be asked is asked again. */
export function createQueueNotes(
  client: Pick<Client, 'get'>,
  runId: string,
  say: (waitsFor: string) => void,
): QueueNotes {
  let waiting: AbortController | undefined;
  let said: string | undefined;

  const ask = async (signal: AbortSignal): Promise<void> => {
    for (let ms = FIRST_MS; ; ms = EVERY_MS) {
      await delay(ms, undefined, { signal });
      const run = await client.get(runId, { signal }).catch(() => undefined); // asked again
      if (signal.aborted) return;
      const text = run?.waiting?.for;
      if (text === undefined || text === said) continue;
      said = text;
      say(text);
    }
  };
  const end = () => {
    waiting?.abort();
    waiting = undefined;
  };
  const begin = () => {
    if (waiting) return;
    waiting = new AbortController();
    ask(waiting.signal).catch(() => undefined); // it was ended meanwhile
  };

  return {
    follow(entry) {
      if (entry.kind === 'status') (entry.status === 'running' ? begin : end)();
      else if (entry.kind === 'assist' && entry.type === 'transition')
        (entry.payload.to === QUEUED ? begin : end)();
    },
    end,
  };
}
