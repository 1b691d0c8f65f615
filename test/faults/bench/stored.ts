import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rows } from '../../support/database/rows.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import type { History } from './history.ts';

/** Runs that were touched since the audit was installed: what lay there before, and still lies, is nobody's affair. */
const TOUCHED = '(select run_id from test_audit)';
const OF_RUNS = [
  ...['events', 'status_changes', 'steps', 'late_results', 'cancel_job_runs', 'idempotency_keys'],
  'unpublished',
];
const OTHERS = ['cancel_jobs', 'api_keys', 'users', 'secrets', 'secret_uses'];

/** What each table gives to the history. The plan, where alone a secret may be, is kept out of it. */
const STORED: Record<string, string> = {
  runs: `select to_jsonb(t) - 'plan' as row from runs as t where id in ${TOUCHED}`,
  ...Object.fromEntries(
    OF_RUNS.map((table) => [table, `select to_json(t) as row from ${table} as t where run_id in ${TOUCHED}`]),
  ),
  runners: 'select to_json(t) as row from test_runners as t',
  ...Object.fromEntries(OTHERS.map((table) => [table, `select to_json(t) as row from ${table} as t`])),
};

/** Adds everything that the database has of this stage, the names of the artifacts, and the stream of all events. */
export async function recordStored(
  history: History,
  { databaseUrl, readerUrl, home }: { databaseUrl: string; readerUrl: string; home: string },
): Promise<void> {
  for (const [table, statement] of Object.entries(STORED)) {
    const found = await rows<{ row: Record<string, unknown> }>(databaseUrl, statement);
    for (const { row } of found) history.add({ kind: 'row', table, row });
  }
  const audited = await rows<{ row: Record<string, unknown> }>(
    databaseUrl,
    'select to_jsonb(t) as row from test_audit as t order by n',
  );
  for (const { row } of audited) history.add({ kind: 'row', table: 'audit', row });

  const artifacts = await readdir(join(home, 'artifacts'), { recursive: true });
  // Kept below the run's day, and named without it.
  const reported = artifacts.map((path) => path.replace(/^\d{4}-\d\d-\d\d\//, ''));
  for (const path of reported) history.add({ kind: 'row', table: 'artifacts', row: { path } });

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
    `select id, state, owner, coalesce(seq, last_seq) || '/' || last_seq || ' ' || coalesce(rank::text, '') as seq
     from runs left join unpublished on run_id = id
     where id in ${TOUCHED} and (status in ('running', 'cancelling') or run_id is not null)
     order by runs.created_at limit 20`,
  );
