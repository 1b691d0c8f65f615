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

export const FINAL = `status in ('pass', 'fail')`;
export const FAILED = `status = 'fail'`;

/** After an answer that was lost, or was none. */
const AGAIN_MS = 20;

/**
 * Starts so many, `atOnce` requests at a time, over all gateways in turn; one that is answered "try again" is repeated.
 * Resolves to how many a second were accepted.
 */
export async function startRuns(
  fleet: Pick<Fleet, 'apiKey' | 'gateways'>,
  flow: object,
  count: number,
  atOnce = 64,
): Promise<number> {
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
      while (!(await start(key))) await delay(AGAIN_MS);
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

/** Why runs failed, and how many of them; undefined if none has. */
export async function failures({ database }: Fleet): Promise<string | undefined> {
  const { rows } = await database.query<{ why: string; count: number }>(
    `select concat_ws(', ', stop_reason, verdict ->> 'why', left(error, 80), 'after ' || last_seq || ' events') as why, count(*)::int as count
     from runs where ${FAILED} and not cancelled or stale group by 1 order by 2 desc`,
  );
  return rows.length > 0 ? rows.map(({ why, count }) => `${count} × ${why}`).join('; ') : undefined;
}

/** How long nothing may change before it is given up. */
const PATIENCE_MS = 60_000;

/** Looks rarely, so that looking costs nothing that is measured. `orMore`: this part of them is enough. */
export async function until(fleet: Fleet, where: string, wanted: number, { orMore = 1 } = {}): Promise<void> {
  let last = { count: Number.NaN, at: performance.now() };
  for (;;) {
    const now = await count(fleet, where);
    if (now === wanted || (orMore < 1 && now >= orMore * wanted)) return;
    if (now !== last.count) last = { count: now, at: performance.now() };
    if (performance.now() - last.at > PATIENCE_MS)
      throw new Error(
        `${now} of ${wanted} runs are: ${where}; live ones: ${await describeLive(fleet)}; failed: ${await failures(fleet)}`,
      );
    await delay(250);
  }
}

async function describeLive({ database }: Fleet): Promise<string> {
  const { rows } = await database.query(
    `select status, state, owner is null as free, count(*)::int from runs where status not in ('pass', 'fail') group by 1, 2, 3`,
  );
  return JSON.stringify(rows);
}
