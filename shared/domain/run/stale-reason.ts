/** Why a run had to end, or start again, without its runner. */
export type Loss = 'runner' | OtherLoss;
export type OtherLoss = 'outage' | 'overdue';

/** What is said of it. */
export const LOSSES: Readonly<Record<Loss, string>> = {
  runner: 'its runner was lost',
  outage: 'PostgreSQL was out of reach',
  overdue: 'its runner did not stop it in time',
};

/** An outage explains the rest, and no word is said against the runner; nor was one lost that did not stop in time. */
export const lossBy = (verdict: { why?: string; outage?: object | undefined } | undefined): Loss => {
  if (verdict?.outage) return 'outage';
  return verdict?.why === 'overdue' ? 'overdue' : 'runner';
};

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
