/*
 * Schedules of a project: named flows that are started at times. A time and its schedule are the identity of an occurrence,
 * so that each is started once, whatever dies (docs/schedules.md).
 */
import { z } from 'zod';
import { SCHEDULE_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import {
  CATCH_UP_MODES,
  DST_RULES,
  OCCURRENCE_KINDS,
  OCCURRENCE_STATUSES,
  OVERLAPS,
  SCHEDULE_PAUSES,
} from '#shared/domain/schedule/rules.ts';
import type { IssueCode } from '../errors/issues.ts';
import { flowName } from '../flows/flow-name.ts';
import { idSchema } from '../id.ts';
import { ONE_LINE } from '../one-line.ts';
import { optionalParam, since, wholeNumber } from '../runs/runs.ts';
import { namedFlow, scheduledStartFields } from '../runs/start.ts';

const time = z.iso.datetime();

/** Its form is checked where a schedule is made: no other path finds one with another name. */
export const scheduleParams = z.object({ id: idSchema, name: z.string().max(200) });

const cron = z
  .string()
  .trim()
  .min(1)
  .max(LIMIT.cron)
  .refine(...ONE_LINE)
  .describe(
    'Minute, hour, day of the month, month, day of the week: `30 2 * * 1-5`. Days of both kinds: one of them is enough.',
  );
const timezone = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .describe('IANA time zone of the pattern, such as `Europe/Berlin` or `UTC`.');
const dst = z
  .enum(DST_RULES)
  .default('after_gap')
  .describe(
    'A time that the clock skips: due right after the gap, or left out. A time that comes twice is due the first time; a pattern that is due in every hour goes by real time.',
  );
const overlap = z.enum(OVERLAPS);

const settings = {
  cron,
  timezone: timezone.default('UTC'),
  dst,
  flow: namedFlow.describe('A named flow of the project; without a version, the newest one of then.'),
  start: scheduledStartFields
    .prefault({})
    .describe('What its runs are started with. No value of it may be a secret: those are in the vault.'),
  overlap: overlap
    .default('skip')
    .describe(
      'If an earlier run of the schedule has not ended: it is left out (one that is parked for a person does not count); queued, if none is; queued; the earlier ones are cancelled, and it begins once they are final; or both run.',
    ),
  catchUp: z
    .strictObject({
      mode: z.enum(CATCH_UP_MODES),
      withinMs: z.int().min(60_000).max(LIMIT.catchUpMs).default(LIMIT.defaultCatchUpMs),
    })
    .default({ mode: 'last', withinMs: LIMIT.defaultCatchUpMs })
    .describe(
      'Which of the times are made up for at which Ghostly was not there, and how old they may be, ms.',
    ),
  windowMs: z
    .int()
    .min(0)
    .max(LIMIT.windowMs)
    .default(0)
    .describe(
      'Each start comes up to so much later, by an offset that stays the same: schedules of one pattern do not start at once. ms.',
    ),
  startAt: since.optional().describe('Not due before.'),
  endAt: since.optional().describe('Not due after.'),
  pauseAfterFailures: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Paused when so many of its runs in a row have failed; cancelled ones do not count.'),
  description: z
    .string()
    .trim()
    .max(LIMIT.description)
    .refine(...ONE_LINE)
    .default(''),
};

/** Unknown fields are refused: the whole of it is given each time, and what is left out has its default. */
export const scheduleBody = z.strictObject(settings);
export type ScheduleBody = z.output<typeof scheduleBody>;
export type ScheduleInput = z.input<typeof scheduleBody>;

export const putScheduleHeaders = z.object({
  'if-match': z
    .string()
    .regex(/^(W\/)?"\d{1,9}"$/, 'not_version_tag' satisfies IssueCode)
    .optional()
    .describe('The `ETag` of the schedule that was edited; 412 if it was changed since.'),
  'if-none-match': z
    .string()
    .refine((text) => text === '*', 'not_star' satisfies IssueCode)
    .optional()
    .describe('`*`: 412 if there is a schedule with this name.'),
});

const reason = z
  .string()
  .trim()
  .max(LIMIT.reason)
  .refine(...ONE_LINE);

/** What becomes of a run, as far as it is known; a run may be deleted, and this is kept. */
const outcome = z.enum(OUTCOMES);

const occurrence = z.object({
  nominalAt: time.describe('The time that the pattern says; of one that a person asked for, when that was.'),
  kind: z.enum(OCCURRENCE_KINDS),
  status: z.enum(OCCURRENCE_STATUSES),
  reason: z.string().optional().describe('Why it did not start, in words.'),
  runId: idSchema.optional().describe('Of the run that was started, which may be deleted.'),
  startedAt: time.optional(),
  outcome: outcome.optional().describe('How that run ended.'),
});
type OccurrenceShape = typeof occurrence;
/** A name for declarations, as `StepSchema` is. */
export interface OccurrenceSchema extends OccurrenceShape {}
export const occurrenceSchema: OccurrenceSchema = occurrence;
export type Occurrence = z.output<OccurrenceSchema>;

const schedule = z.object({
  name: z.string(),
  version: z.int().min(1).describe('Counts its changes; also its `ETag`.'),
  ...settings,
  start: z.record(z.string(), z.unknown()).describe('What its runs are started with.'),
  catchUp: z.object({ mode: z.enum(CATCH_UP_MODES), withinMs: z.int() }),
  offsetMs: z.int().min(0).describe('How much later than its pattern says it starts: within `windowMs`.'),
  next: z
    .array(time)
    .describe('The next five times; none if it has ended. While it is paused, they are left out.'),
  last: z.array(occurrenceSchema).describe('Its last fifty occurrences, newest first.'),
  failures: z.int().min(0).describe('So many of its runs in a row have failed.'),
  paused: z
    .object({
      at: time,
      why: z.enum(SCHEDULE_PAUSES),
      reason: z.string().optional(),
      by: z.string().optional(),
    })
    .optional()
    .describe('It is paused: its times are noted as left out. `by`: e-mail of who paused it.'),
  by: z
    .string()
    .optional()
    .describe(
      'E-mail of who made it, or changed it last: its runs are theirs. Absent once that user is deleted.',
    ),
  createdAt: time,
  updatedAt: time,
});
type ScheduleShape = typeof schedule;
/** A name for declarations, as `StepSchema` is. */
export interface ScheduleSchema extends ScheduleShape {}
export const scheduleSchema: ScheduleSchema = schedule;
export type Schedule = z.output<ScheduleSchema>;

export const pauseScheduleBody = z
  .strictObject({ reason: reason.optional().describe('For people; not secret.') })
  .default({});

export const backfillBody = z.strictObject({
  from: since.describe('The first time that counts.'),
  to: since.describe('The first time that does not count any more; not in the future.'),
  overlap: overlap.default('queue_all').describe('In place of that of the schedule.'),
  dryRun: z.boolean().default(false).describe('Only say which times these are.'),
});

export const backfillReply = z.object({
  times: z.array(time).describe('Those that are started, in their order.'),
  before: z.array(time).describe('Those that had a run before, which are not started again.'),
});

export const listSchedulesQuery = z.object({
  limit: optionalParam(wholeNumber(1, LIMIT.page)).describe(`Page size; ${LIMIT.page} by default.`),
  after: optionalParam(flowName).describe('Where the previous page ended; taken from its `Link` header.'),
});

export const occurrencesQuery = z.object({
  status: optionalParam(z.enum(OCCURRENCE_STATUSES)),
  limit: optionalParam(wholeNumber(1, LIMIT.page)).describe(`Page size; ${LIMIT.page} by default.`),
  before: optionalParam(since).describe('Only times before this one.'),
});

export const previewBody = z.strictObject({
  cron,
  timezone: timezone.default('UTC'),
  dst,
  from: since.optional().describe('By default now.'),
  count: z.int().min(1).max(LIMIT.preview).default(5),
});

export const previewReply = z.object({
  times: z.array(
    z.object({
      at: time,
      wall: z.string().describe('The time that the pattern says, in its zone: `2027-03-28T02:30`.'),
      status: z
        .enum(['due', 'dst_gap'])
        .describe('`dst_gap`: the clock skips it; it is left out, and this is when the gap ends.'),
    }),
  ),
});
