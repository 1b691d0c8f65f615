import { z } from 'zod';
import { SYSTEM_LIMIT } from './system.ts';

const count = z.int().min(0);
const ms = z.int().min(0);

const sampleSchema = z.object({
  at: z.iso.datetime().describe('The beginning of a minute.'),
  queue: z.object({
    length: count.describe(
      `Runs that waited for a runner then, counted up to ${SYSTEM_LIMIT.waiting}; this value means that many or more.`,
    ),
    oldestMs: ms.describe('How long the oldest of them had waited; 0 without one.'),
  }),
  runs: z.object({ running: count.describe('Runs on a runner then.'), cancelling: count }),
  slots: count.describe('Slots of all runners then.'),
  ended: z
    .object({
      passed: count,
      failed: count,
      cancelled: count,
      lost: count.describe('Their runner was lost, and nobody had asked for a cancel.'),
    })
    .describe('Runs that ended in the minute before, by how. Each run is counted once.'),
  waitMs: ms.optional().describe('Half of these runs had waited for their runner for so long at most.'),
  cancelMs: z
    .object({
      half: ms.describe('Half of them took so long at most.'),
      slowest: ms,
    })
    .optional()
    .describe('Cancels of these runs, from the recorded request to the end.'),
});

const outageSchema = z.object({
  name: z.string().describe('`database` (PostgreSQL) or `nats`.'),
  since: z.iso.datetime(),
  until: z.iso.datetime().optional().describe('Absent while it goes on.'),
});

/** The system in the last hour, minute by minute. */
export const lastHourReply = z.object({
  samples: z
    .array(sampleSchema)
    .describe('Oldest first, at most 60. A minute in which no supervisor led has none.'),
  outages: z
    .array(outageSchema)
    .describe(
      'When gateways could not reach PostgreSQL or NATS, oldest first. What several have noticed at a time is one.',
    ),
});
export type LastHour = z.output<typeof lastHourReply>;
