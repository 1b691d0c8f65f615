/* What messages to webhooks say of schedules. */
import { z } from 'zod';
import { OCCURRENCE_STATUSES, SCHEDULE_PAUSES } from '#shared/domain/schedule/rules.ts';
import { idSchema } from '../id.ts';

const named = z.object({ name: z.string(), project: idSchema });

export const pausedData = z.object({
  schedule: named
    .extend({
      why: z
        .enum(SCHEDULE_PAUSES)
        .describe(
          '`user`: a user has paused it; `failures`: as many of its runs in a row have failed as `pauseAfterFailures` says; `rights`: its maker may not start its runs any more.',
        ),
      reason: z
        .string()
        .optional()
        .describe('The reason that the user gave, or what has become of the rights of its maker.'),
      failures: z
        .int()
        .min(0)
        .optional()
        .describe('With `failures`: so many of its runs in a row had failed.'),
    })
    .describe('It starts no runs until it is resumed, except those that a user asks for.'),
});

export const skippedData = z.object({
  schedule: named,
  occurrence: z.object({
    nominalAt: z.iso.datetime().describe('The time that has come.'),
    status: z
      .enum(OCCURRENCE_STATUSES)
      .extract(['skipped_overlap', 'skipped_catch_up', 'dst_gap', 'failed_to_start'])
      .describe(
        '`skipped_overlap`: an earlier run had not ended, or waited already; `skipped_catch_up`: it was missed, and is not made up for; `dst_gap`: the clock skips this time; `failed_to_start`: `reason` says why.',
      ),
    reason: z.string().optional().describe('Why its run could not be started, in words.'),
  }),
});
