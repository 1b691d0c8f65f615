import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectReader } from '../../support/nats-reader.ts';
import { rows } from '../../support/rows.ts';
import type { History } from './history.ts';

/** What each table keeps out of the history: the plan, where alone a secret may be. */
const TABLES: Record<string, string> = {
  runs: `to_jsonb(t) - 'plan'`,
  ...Object.fromEntries(
    [
      'events',
      'status_changes',
      'steps',
      'late_results',
      'cancel_jobs',
      'cancel_job_runs',
      'idempotency_keys',
    ]
      .concat('runners', 'api_keys', 'users')
      .map((table) => [table, 'to_json(t)']),
  ),
};

/** Adds everything that the database has, the names of the artifacts, and the stream of all events. */
export async function recordStored(
  history: History,
  { databaseUrl, readerUrl, home }: { databaseUrl: string; readerUrl: string; home: string },
): Promise<void> {
  for (const [table, columns] of Object.entries(TABLES)) {
    const found = await rows<{ row: Record<string, unknown> }>(
      databaseUrl,
      `select ${columns} as row from ${table} as t`,
    );
    for (const { row } of found) history.add({ kind: 'row', table, row });
  }
  const audited = await rows<{ row: Record<string, unknown> }>(
    databaseUrl,
    'select to_jsonb(t) as row from test_audit as t order by n',
  );
  for (const { row } of audited) history.add({ kind: 'row', table: 'audit', row });

  const artifacts = await readdir(join(home, 'artifacts'), { recursive: true });
  for (const path of artifacts) history.add({ kind: 'row', table: 'artifacts', row: { path } });

  await using reader = await connectReader(readerUrl);
  for (const { subject, id, data } of await reader.stored('*'))
    history.add({ kind: 'nats', by: 'stored', subject, id, data });
}

export interface Unfinished {
  id: string;
  state: string;
  owner: string | null;
  seq: string;
}

/** Runs that are not final, or whose last events NATS has not had. */
export const unfinished = (databaseUrl: string): Promise<Unfinished[]> =>
  rows<Unfinished>(
    databaseUrl,
    `select id, state, owner, published_seq || '/' || last_seq || ' ' || published_rank as seq from runs
     where status in ('running', 'cancelling') or published_seq < last_seq or published_rank < 4
     order by created_at limit 20`,
  );
