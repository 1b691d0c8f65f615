/* Limits of the contract that pages check, too; without schemas, which they load later. */

/** The longest reason of a cancel, in UTF-16 units. */
export const REASON_LIMIT = 1_000;

/** How long a pause lasts if nobody ends it, at most and by default, ms. */
export const PAUSE_LIMITS = { longestMs: 86_400_000, usualMs: 3_600_000 } as const;

/** No count of runs goes beyond it. */
export const MOST_COUNTED = 1_000;

/** Length of a new password, in UTF-16 units. */
export const PASSWORD_LENGTH = { min: 8, max: 1_024 } as const;

/** Longest name and label of a run, in UTF-16 units. */
export const LONGEST = { name: 200, label: 63 } as const;

/** Longest search, in UTF-16 units. */
export const LONGEST_SEARCH = 200;

/** The largest page of the list of runs, and the usual one: clients of the original know no pages, and count what they get. */
export const LIST_LIMIT = 1_000;

/** Most runs of which a list says what they wait for. */
export const MOST_WAITING = 50;

/** The maximum number of runs of one bulk cancel; the oldest are taken first. By id it takes fewer. */
export const BULK_LIMIT = 10_000;
export const BULK_IDS_LIMIT = 1_000;

/** Lengths in UTF-16 units: of a secret's value, an origin, a note, and the URI of one-time codes; and how many origins. */
export const SECRET_LIMITS = {
  value: { min: 3, max: 4_096 },
  origin: 300,
  origins: 20,
  note: 200,
  uri: 2_048,
} as const;

/** A webhook's longest URL and description, in UTF-16 units, and how long a replaced secret may stay valid, hours. */
export const WEBHOOK_LIMITS = { url: 2_048, description: 200, keepHours: 168 } as const;

/** Schedules: how many a project may have, and of one the longest texts in UTF-16 units, and times, ms. */
export const SCHEDULE_LIMITS = {
  most: 1_000,
  cron: 200,
  description: 500,
  reason: 500,
  catchUpMs: 7 * 86_400_000,
  defaultCatchUpMs: 3_600_000,
  windowMs: 86_400_000,
  /** Times that a preview has at most, and a backfill. */
  preview: 100,
  backfill: 1_000,
  page: 100,
  /** Times to come that are shown with it. */
  next: 5,
} as const;

/** Batches: tests of one, runs of it at once, tries after the first, those of a project that go on, and pages of lists. */
export const BATCH_LIMITS = {
  tests: 1_000,
  parallel: 100,
  usualParallel: 8,
  retries: 5,
  live: 100,
  page: 50,
} as const;

/** Named flows: the newest versions of each that are kept, the longest JSON of one and description in UTF-16 units, and pages of lists. */
export const NAMED_FLOW_LIMITS = {
  versions: 1_000,
  body: 262_144,
  description: 500,
  page: 100,
  largestPage: 1_000,
} as const;
