/* Runs over HTTP, as a client starts them, and their end as the database knows it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';

const BASE = { baseUrl: 'http://127.0.0.1:1' };
export const THREE_STEPS = {
  ...BASE,
  steps: [
    { action: 'goto', url: '/' },
    { action: 'fill', selector: '#name', value: 'Ada' },
    { action: 'click', selector: '#buy' },
  ],
};
/** Live until it is cancelled. */
export const WAITING = {
  ...BASE,
  steps: [{ action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 }],
};

/**
 * Starts so many, `atOnce` requests at a time, over all gateways in turn; one that is answered "try again" is repeated.
 * Resolves to how many a second were accepted.
 */
export async function startRuns(fleet: Fleet, flow: object, count: number, atOnce = 64): Promise<number> {
  const headers = { 'X-Api-Key': fleet.apiKey, 'Content-Type': 'application/json' };
  const projects = await fetch(`${fleet.gateways[0]}/v1/projects`, { headers });
  const [project] = (await projects.json()) as [{ id: string }];
  const body = JSON.stringify({ project: project.id, ...flow });
  let next = 0;
  const from = performance.now();
  /** One whose answer was lost is repeated under the same key, and so starts no other run. */
  const start = async (key: string): Promise<boolean> => {
    const url = fleet.gateways[next % fleet.gateways.length]!;
    const init = { method: 'POST', headers: { ...headers, 'Idempotency-Key': key }, body };
    const response = await fetch(`${url}/v1/run`, init).catch(() => undefined);
    const text = await response?.text();
    if (response === undefined || response.status === 503) return false;
    if (response.status !== 202) throw new Error(`a start was answered ${response.status}: ${text}`);
    return true;
  };
  const client = async () => {
    while (next < count) {
      next += 1;
      const key = randomUUID();
      while (!(await start(key)));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, client));
  return (1_000 * count) / (performance.now() - from);
}

/** How many runs are like this now. */
export async function count({ database }: Fleet, where: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from runs where ${where}`,
  );
  return rows[0]!.count;
}

/** Looks rarely, so that looking costs nothing that is measured. */
export async function until(fleet: Fleet, where: string, wanted: number): Promise<void> {
  while ((await count(fleet, where)) !== wanted) await delay(250);
}
