/*
 * Those who watch runs: each connects, leaves and comes back with the last id it had, until it has seen the end. Owns its
 * connections; each is recorded whole when it is over.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openStream, type SseMessage, type Watch } from '../../support/http/sse.ts';
import type { Person } from './actors.ts';
import type { History, StreamEntry, StreamMessage } from './history.ts';

interface Watching {
  person: Person;
  runId: string;
  gateway: number;
  /** How long its first connections last, ms, before it goes by itself. */
  leaves: readonly number[];
}

export interface Watchers {
  start(watching: Watching): void;
  /** How many have not seen the end. */
  readonly open: number;
  /** Takes those away that have not seen it. */
  close(): Promise<void>;
}

const AGAIN_MS = 150;
const OPEN_PATIENCE_MS = 8_000;

export function createWatchers(history: History, urlOf: (gateway: number) => string): Watchers {
  const stop = new AbortController();
  const watching = new Set<Promise<void>>();
  let numbers = 0;

  const watch = async ({ person, runId, gateway, leaves }: Watching, watcher: number) => {
    let after = 0;
    let hadEvents = false;
    for (let n = 0; !stop.signal.aborted; n += 1) {
      const opened = Date.now();
      const url = `${urlOf((gateway + n) % 2)}/v1/runs/${runId}/events/stream`;
      const headers = { 'X-Api-Key': person.apiKey, ...(hadEvents && { 'Last-Event-ID': String(after) }) };
      const connection = await open(url, headers);
      if (connection === 'refused') return;
      if (connection) {
        const entry = await follow(connection, leaves[n]);
        history.add({
          kind: 'stream',
          user: person.name,
          watcher,
          runId,
          after,
          opened,
          closed: Date.now(),
          ...entry,
        });
        if (entry.how === 'ended') return;
        const last = entry.messages.findLast(({ id }) => id !== undefined)?.id;
        if (last !== undefined) {
          after = Number(last);
          hadEvents = true;
        }
      }
      await delay(AGAIN_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  /** Undefined: not now. */
  const open = async (
    url: string,
    headers: Record<string, string>,
  ): Promise<Watch | 'refused' | undefined> => {
    const opening = openStream(url, headers);
    const late = delay(OPEN_PATIENCE_MS, undefined, { ref: false });
    try {
      const watch = await Promise.race([opening, late]);
      // It may still come; nobody listens then.
      if (!watch) void opening.then((unheard) => unheard.close()).catch(() => undefined);
      return watch ?? undefined;
    } catch (error) {
      return /refused: 40[134]/.test(String(error)) ? 'refused' : undefined;
    }
  };

  const follow = async (
    watch: Watch,
    leaveAfter?: number,
  ): Promise<Pick<StreamEntry, 'how' | 'messages'>> => {
    let left = false;
    const leave = () => {
      left = true;
      watch.close();
    };
    const timer = leaveAfter === undefined ? undefined : setTimeout(leave, leaveAfter);
    stop.signal.addEventListener('abort', leave, { once: true });
    if (stop.signal.aborted) leave();
    await watch.gone;
    clearTimeout(timer);
    stop.signal.removeEventListener('abort', leave);
    const messages = watch.messages.map(toMessage);
    const ended = messages.at(-1)?.event === 'end';
    return { how: ended ? 'ended' : left ? 'left' : 'broken', messages };
  };

  return {
    start(one) {
      numbers += 1;
      const ended: Promise<void> = watch(one, numbers).finally(() => watching.delete(ended));
      watching.add(ended);
    },
    get open() {
      return watching.size;
    },
    async close() {
      stop.abort();
      await Promise.all(watching);
    },
  };
}

const toMessage = ({ event, data, id, came }: SseMessage): StreamMessage => ({
  at: performance.timeOrigin + came,
  event,
  ...(id !== undefined && { id }),
  data,
});
