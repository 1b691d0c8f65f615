import { Client } from 'pg';
import { eventually } from '../test/support/eventually.ts';
import type { BenchStack } from './stack.ts';
import { watch } from './watch.ts';

const GOTO = { action: 'goto', url: '/' };
/** What raw Playwright does in `raw/child.ts`. */
export const SHORT = [
  GOTO,
  { action: 'fill', selector: '#name', value: 'Ada' },
  { action: 'click', selector: '#buy' },
];
/** Ends only by a cancel. */
export const WAITING = [GOTO, { action: 'waitForSelector', selector: '#never' }];

export interface Stored {
  seq: number;
  /** Wall-clock ms. */
  at: number;
  type: string;
  to: string | null;
}

/** A client of the stack that also reads what is stored, with the database's times. */
export async function connectClient(
  { gateway, apiKey, database }: Pick<BenchStack, 'gateway' | 'apiKey' | 'database'>,
  baseUrl: string,
) {
  const headers = { 'X-Api-Key': apiKey, 'Content-Type': 'application/json' };
  const sql = new Client({ connectionString: database });
  await sql.connect();
  const api = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${gateway}${path}`, { headers, ...init });
    return response.json() as Promise<unknown>;
  };
  const [project] = (await api('/v1/projects')) as [{ id: string }];
  const start = async (steps: object[], options: object = {}) =>
    (await api('/v1/run', { project: project.id, baseUrl, steps, ...options })) as { id: string };

  return {
    api,
    start,
    stream: (id: string) => watch(`${gateway}/v1/runs/${id}/events/stream`, headers),
    async stored(id: string): Promise<Stored[]> {
      const { rows } = await sql.query<Omit<Stored, 'at'> & { at: string }>(
        `select seq, extract(epoch from at) * 1000 as at, type, payload ->> 'to' as to
         from events where run_id = $1 order by seq`,
        [id],
      );
      return rows.map((row) => ({ ...row, at: Number(row.at) }));
    },
    /** How long each step of the last runs took, from its start to its end as they are stored, ms. */
    async stepTimes(runs: number): Promise<number[]> {
      const times = `with last as (select id from runs order by created_at desc limit $1)
        select extract(epoch from ended.at - began.at) * 1000 as ms
        from events as began join events as ended on ended.run_id = began.run_id and ended.seq = (
          select min(seq) from events as later
          where later.run_id = began.run_id and later.seq > began.seq and later.type = 'step_success')
        where began.type = 'step_start' and began.run_id in (select id from last)`;
      return (await sql.query<{ ms: string }>(times, [runs])).rows.map(({ ms }) => Number(ms));
    },
    /** When a run was claimed, or its cancel recorded, wall-clock ms. */
    async timeOf(id: string, column: 'claimed_at' | 'cancel_requested_at'): Promise<number> {
      const at = `select extract(epoch from ${column}) * 1000 as at from runs where id = $1`;
      return Number((await sql.query<{ at: string }>(at, [id])).rows[0]!.at);
    },
    /** When the last of them ended, wall-clock ms. @throws if one did not pass */
    async allPassed(ids: string[]): Promise<number> {
      const ended = `select count(*)::int as ended, extract(epoch from max(finished_at)) * 1000 as at,
        count(*) filter (where status <> 'pass')::int as failed
        from runs where id = any($1) and finished_at is not null`;
      const last = await eventually(
        async () => {
          // Prepared, and seldom: looking must not cost what is measured.
          const [row] = (await sql.query({ name: 'ended', text: ended, values: [ids] })).rows;
          if (row.ended < ids.length) throw new Error(`${row.ended} of ${ids.length} runs have ended`);
          return row as { at: string; failed: number };
        },
        { timeoutMs: 120_000, everyMs: 150 },
      );
      if (last.failed > 0) throw new Error(`${last.failed} of ${ids.length} runs failed`);
      return Number(last.at);
    },
    async [Symbol.asyncDispose]() {
      await sql.end();
    },
  };
}

export type BenchClient = Awaited<ReturnType<typeof connectClient>>;
