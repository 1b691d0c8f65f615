/** Why the supervisor ended a run that had no live actor, as it knew it then. Times are ISO 8601. */
export interface Verdict {
  why: 'lease_expired' | 'owner_gone' | 'overdue' | 'unreadable';
  owner: string | null;
  epoch: number;
  lastHeartbeat: string | null;
  /** `gone` if the owner's process had ended, which takes its browsers with it; else nobody can know yet (I8). */
  browser: 'gone' | 'unknown';
  /** What made the stored machine unreadable, if it was. */
  detail?: string;
}
