/*
 * Those who use the service: two members, each with a key and a project of its own. Records every request and its answer.
 * Owns no connection beyond a request.
 */

import { addMember, adminByToken } from '../../support/database/members.ts';
import type { Client } from '../../support/http/client.ts';
import { keptSecretOf } from './flows.ts';
import type { History, RequestEntry } from './history.ts';

export interface Person {
  name: string;
  id: string;
  apiKey: string;
  projectId: string;
}

/** The longest that anybody waits for an answer; a gateway that is stopped never gives one. */
const PATIENCE_MS = 8_000;

/** Each has a project with the secret that flows type at `origin`. */
export async function createPeople(
  admin: Client,
  names: readonly string[],
  origin: string,
): Promise<Person[]> {
  const byToken = await adminByToken(admin);
  return Promise.all(
    names.map(async (name) => {
      const { id, client } = await addMember(byToken);
      const [projectId, { body }] = await Promise.all([
        client.project(),
        client.request<{ key: string }>('POST', '/v1/api-keys', {
          body: { label: name, scopes: ['runs:read', 'runs:write', 'runs:cancel', 'secrets:use'] },
        }),
      ]);
      const secret = { kind: 'text', value: keptSecretOf(name), origins: [origin] };
      await client.request('PUT', `/v1/projects/${projectId}/secrets/bench`, { body: secret });
      return { name, id, apiKey: body.key, projectId };
    }),
  );
}

type Asked = Pick<RequestEntry, 'op' | 'gateway'> &
  Partial<Pick<RequestEntry, 'runs' | 'tag' | 'flow' | 'concurrencyKey' | 'act'>> & {
    method: 'GET' | 'POST';
    path: string;
    body?: unknown;
    headers?: Record<string, string>;
  };

/** Asks, and records what came of it. Never rejects. */
export type Ask = (person: Person, asked: Asked) => Promise<RequestEntry>;

export const createAsk =
  (history: History, urlOf: (gateway: number) => string): Ask =>
  async ({ name, apiKey }, { method, path, body, headers, ...asked }) => {
    const entry: RequestEntry = { kind: 'request', user: name, runs: [], ...asked, sent: Date.now(), got: 0 };
    try {
      const response = await fetch(`${urlOf(asked.gateway)}${path}`, {
        method,
        headers: {
          'X-Api-Key': apiKey,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      entry.status = response.status;
      entry.body = JSON.parse(text);
    } catch (error) {
      // An answer that breaks off is none.
      delete entry.status;
      entry.failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      if (isRefused(error)) entry.refused = true;
    }
    entry.got = Date.now();
    history.add(entry);
    return entry;
  };

/** Whether nobody listens there, so that the request has reached nobody. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
