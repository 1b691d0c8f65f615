/*
 * Those who hear of runs over NATS with their API key, live, and come back when the connection is lost. Owns their
 * connections; every message is recorded.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'nats';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { StreamData } from '../../support/http/sse.ts';
import type { Ask, Person } from './actors.ts';
import type { History } from './history.ts';

export interface Subscribers {
  start(person: Person, gateway: number, forMs: number): void;
  close(): Promise<void>;
}

interface Subscription {
  servers: string[];
  live: { subjects: string[] };
}

const AGAIN_MS = 250;
const CLOSE_MS = 2_000;

/** `natsServer`: the server's own address, since what the gateways name is a proxy of theirs. */
export function createSubscribers(history: History, ask: Ask, natsServer: string): Subscribers {
  const stops = new Set<AbortController>();
  const all = new Set<Promise<void>>();

  const subscribe = async (person: Person, gateway: number, until: AbortSignal) => {
    while (!until.aborted) {
      const asked = { op: 'subscription', gateway, method: 'GET', path: '/v1/subscription' } as const;
      const { status, body } = await ask(person, asked);
      if (status === 200)
        await hear(person, (body as Subscription).live.subjects, until).catch(() => undefined); // again, then
      await delay(AGAIN_MS, undefined, { signal: until }).catch(() => undefined);
    }
  };

  /** Until the connection is lost: signing in again is up to the caller. */
  const hear = async ({ name, apiKey }: Person, subjects: string[], until: AbortSignal) => {
    const connection = await connect({
      servers: natsServer,
      token: apiKey,
      reconnect: false,
      timeout: 3_000,
    });
    for (const subject of subjects)
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error) return;
          const [id, data] = [message.headers?.get('Nats-Msg-Id') ?? '', message.json<StreamData>()];
          history.add({ kind: 'nats', by: name, subject: message.subject, id, data });
        },
      });
    await Promise.race([connection.closed(), aborted(until)]);
    await settlesWithin(connection.close(), CLOSE_MS);
  };

  return {
    start(person, gateway, forMs) {
      const stop = new AbortController();
      stops.add(stop);
      const timer = setTimeout(() => stop.abort(), forMs);
      const ended: Promise<void> = subscribe(person, gateway, stop.signal).finally(() => {
        clearTimeout(timer);
        all.delete(ended);
      });
      all.add(ended);
    },
    async close() {
      for (const stop of stops) stop.abort();
      await Promise.all(all);
    },
  };
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
