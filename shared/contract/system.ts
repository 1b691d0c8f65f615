import { z } from 'zod';
import { STATUSES } from '#shared/run/status.ts';
import { idSchema } from './id.ts';

const time = z.iso.datetime();
const count = z.int().min(0);

/** How many of the latest runs each runner shows, how many runners there are at most, and how far waiting runs are counted. */
export const SYSTEM_LIMIT = { runsOfRunner: 100, runners: 200, waiting: 10_000 } as const;

const heldRunSchema = z.object({
  id: idSchema,
  status: z.enum(STATUSES),
  state: z.string(),
  leaseUntil: time.optional(),
  heartbeatAt: time.optional(),
});

const runnerSchema = z.object({
  id: idSchema.describe('Of this start of the process: the `owner` of the runs that it takes.'),
  condition: z
    .enum(['alive', 'silent', 'gone'])
    .describe(
      'By the session that proves its process alive: `gone` within milliseconds of its end, however it ended. ' +
        '`silent`: there, but not heard of for a lease.',
    ),
  slots: count,
  busy: count.describe('Runs that it holds, also those that the caller may not see.'),
  browsers: count.optional().describe('Chromium processes by its last heartbeat.'),
  takesRuns: z.boolean().describe('False while it cannot start a browser: it tries again by itself.'),
  trouble: z.string().optional().describe('Why it takes no runs. For admins.'),
  startedAt: time,
  heartbeatAt: time.describe('When it was last heard of.'),
  host: z.string().optional().describe('For admins.'),
  pid: z.int().optional().describe('For admins.'),
  runs: z.array(heldRunSchema).describe('Those that the caller may see, newest first.'),
});

const supervisorSchema = z.object({
  id: idSchema,
  leader: z.boolean(),
  since: time.optional().describe('When its oldest connection to the database was made.'),
});

/** The processes that carry runs, of one moment of the database. Numbers count everybody's runs. */
export const systemReply = z.object({
  now: time,
  leaseMs: count.describe('After so long without a heartbeat a runner has lost its runs.'),
  queue: z.object({
    length: count.describe(
      `Runs that wait for a runner, counted up to ${SYSTEM_LIMIT.waiting}: that many, or more.`,
    ),
    oldestAt: time.optional().describe('When the one that has waited longest was started.'),
  }),
  runs: z.object({ running: count.describe('On a runner.'), cancelling: count }),
  runners: z
    .array(runnerSchema)
    .describe('Newest first; one that has gone is named for some minutes, or while it still holds a run.'),
  supervisors: z
    .array(supervisorSchema)
    .describe('Those that are connected to the database, the leader first.'),
  leader: z.object({ id: idSchema, until: time }).optional().describe('Whose leadership holds now.'),
});
export type System = z.output<typeof systemReply>;
