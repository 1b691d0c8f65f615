import type { Entry } from './record.ts';

/** What a subscriber needs of the HTTP API. */
export interface Api {
  /** What the key may hear, and how. */
  subscription(): Promise<Subscription>;
  /** The events of a run so far; undefined if there is no such run any more. */
  eventsOf(runId: string): Promise<AssistEntry[] | undefined>;
  /** What was sent of the runs that ended since this time, or of all, page after page. */
  missed(since: string | undefined): AsyncGenerator<Entry[]>;
}

export interface Subscription {
  servers: string[];
  durable: {
    user: string;
    queue: string;
    consumers: { handsOut: string }[];
  };
}

export interface AssistEntry {
  kind: 'assist';
  type: string;
  seq: number;
  at: string;
  stepIndex?: number;
  payload: Record<string, unknown>;
}

/** Trying again will not help. */
export class Refused extends Error {}

const HOPELESS = new Set([400, 401, 403, 501]);

export function createApi(url: string, apiKey: string): Api {
  const get = (path: string) => fetch(`${url}${path}`, { headers: { 'X-Api-Key': apiKey } });
  return {
    async subscription() {
      const response = await get('/v1/subscription');
      const text = await response.text();
      if (HOPELESS.has(response.status)) throw new Refused(`${response.status}: ${text}`);
      if (!response.ok) throw new Error(`${response.status}: ${text}`);
      return JSON.parse(text) as Subscription;
    },
    async eventsOf(runId) {
      const response = await get(`/v1/runs/${runId}`);
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
      const { events = [] } = (await response.json()) as { events?: Omit<AssistEntry, 'kind'>[] };
      return events.map((event) => ({ kind: 'assist', ...event }));
    },
    async *missed(since) {
      let path: string | undefined = `/v1/events${since ? `?since=${since}` : ''}`;
      while (path) {
        const response = await get(path);
        if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
        yield (await response.json()) as Entry[];
        path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      }
    },
  };
}
