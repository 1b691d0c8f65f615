import type { Status } from '#shared/run/status.ts';
import type { Sql } from '../sql.ts';
import { listStatement } from './list-statement.ts';
import type { RunRow } from './row.ts';

/** A run's place in every list: when it started, in microseconds since 1970 (a `Date` cuts them), then its id. */
export interface RunPosition {
  micros: string;
  id: string;
}

export interface RunsToList {
  viewerId: string;
  /** Whether the viewer sees everybody's runs. */
  everybody: boolean;
  projectId?: string | undefined;
  /** As it is shown. */
  status?: Status | undefined;
  contextId?: string | undefined;
  /** ISO 8601: runs started then or later. */
  since?: string | undefined;
  /** Only what comes after this position. It need not be one of a run that is there, or that the viewer may see. */
  before?: RunPosition | undefined;
  /** At least 1, at most `LIST_LIMIT_MAX`. */
  limit: number;
}

export interface RunPage {
  runs: RunRow[];
  /** The position of the last run, if there are more; the next page comes `before` it. */
  next: RunPosition | undefined;
}

/** The runs a viewer may see (I11), newest first. One more than wanted is read, to know whether there are more. */
export async function listRuns(sql: Sql, wanted: RunsToList): Promise<RunPage> {
  const { text, values } = listStatement({ ...wanted, limit: wanted.limit + 1 });
  const rows = await sql.rows<RunRow & { micros: string }>(text, values);
  const runs = rows.slice(0, wanted.limit);
  const last = runs.at(-1);
  const more = rows.length > wanted.limit;
  return { runs, next: more && last ? { micros: last.micros, id: last.id } : undefined };
}
