/**
 * Why the supervisor ended a run that had no live actor, as known then; `verdict` in the API and the database. Times
 * are ISO 8601.
 */
export interface StaleReason {
  why: 'lease_expired' | 'owner_gone' | 'overdue' | 'unreadable' | 'unstorable';
  owner: string | null;
  epoch: number;
  lastHeartbeat: string | null;
  /**
   * `gone` if there was no owner, or it has reported that it closed the run's browser; else nobody can know yet (I8): the
   * end of its session may be that of its process, or of a connection only.
   */
  browser: 'gone' | 'unknown';
  /** What made the stored machine unreadable, or its end impossible to store. */
  detail?: string;
  /** PostgreSQL was out of reach then, longer than an owner may go on without. */
  outage?: { from: string; to: string };
}
