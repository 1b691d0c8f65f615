import type { NewRun } from './runs/store-run.ts';
import type { Sql } from './sql.ts';

/** The run may not be for what it was to be for: that has one, or is left out. Nothing was stored. */
export class PlaceRefused extends Error {
  readonly why: 'not_due' | 'overlap' | 'paused';

  constructor(why: PlaceRefused['why']) {
    super(why);
    this.why = why;
  }
}

/** What a run is for, which may have one run only: a time of a schedule, a test of a batch. */
export interface RunPlace {
  /** Locks it, and returns the run as it is to be stored. @throws PlaceRefused */
  take(sql: Sql, run: NewRun): Promise<NewRun>;
  /** Says which run it has, in the transaction that stores that. */
  note(sql: Sql, run: NewRun): Promise<void>;
}

/** Whose it is: locked before it, as deletions of users and projects do. */
export async function lockOwners(
  sql: Sql,
  { userId, projectId }: { userId: string; projectId: string },
): Promise<void> {
  await sql.rows('select from users where id = :userId for key share', { userId });
  await sql.rows('select from projects where id = :projectId for key share', { projectId });
}
