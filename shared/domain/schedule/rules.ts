/* What a schedule may say besides when it is due, and what becomes of the times at which it is. */

/** A wall time that the clock skips: it is due right after the gap, or left out. */
export const DST_RULES = ['after_gap', 'skip'] as const;
export type DstRule = (typeof DST_RULES)[number];

/** What is done if an earlier run of the schedule has not ended. */
export const OVERLAPS = ['skip', 'queue_one', 'queue_all', 'cancel_previous', 'allow'] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** Which of the times that nobody looked at in time are made up for. */
export const CATCH_UP_MODES = ['none', 'last', 'all'] as const;
export type CatchUpMode = (typeof CATCH_UP_MODES)[number];

/** Why there is an occurrence: its time had come, or had been missed; a person asked for it, or for all of a time. */
export const OCCURRENCE_KINDS = ['cron', 'catch_up', 'manual', 'backfill'] as const;
export type OccurrenceKind = (typeof OCCURRENCE_KINDS)[number];

/** What has become of an occurrence. Only `due` is not the last word. */
export const OCCURRENCE_STATUSES = [
  'due',
  'started',
  'skipped_overlap',
  'skipped_catch_up',
  'skipped_paused',
  'dst_gap',
  'failed_to_start',
] as const;
export type OccurrenceStatus = (typeof OCCURRENCE_STATUSES)[number];

/** Who or what has paused a schedule: a person, its failures, or the rights of its maker that are gone. */
export const SCHEDULE_PAUSES = ['user', 'failures', 'rights'] as const;

/** Looked at later than this, a time counts as missed. A leader that is lost is replaced sooner. ms. */
export const MISSED_AFTER_MS = 30_000;
