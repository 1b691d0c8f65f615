import { z } from 'zod';
import { STATUSES } from '#shared/domain/run/status.ts';
import { UNAVAILABLE } from '#shared/domain/run/unavailable.ts';
import { QUEUE_WAITS } from '#shared/domain/story/waits.ts';
import { idSchema } from '../id.ts';

const time = z.iso.datetime();
const count = z.int().min(0);

/** How many runs are listed per runner, how many runners are listed, up to what number waiting runs are counted, and of how many of them it is said why. */
export const SYSTEM_LIMIT = { runsOfRunner: 100, runners: 200, waiting: 10_000, causes: 1_000 } as const;

const heldRunSchema = z.object({
  id: idSchema,
  status: z.enum(STATUSES),
  state: z.string(),
  leaseUntil: time.optional(),
  heartbeatAt: time.optional(),
});

/** Why a runner claims nothing now, in English: what it says itself, or that it says nothing any more. */
export const RUNNER_UNAVAILABLE = {
  ...UNAVAILABLE,
  silent: 'it has sent no heartbeat for half a lease',
  gone: 'its process has ended',
} as const;
export type RunnerUnavailableCode = keyof typeof RUNNER_UNAVAILABLE;
const unavailableCodes = Object.keys(RUNNER_UNAVAILABLE) as [
  RunnerUnavailableCode,
  ...RunnerUnavailableCode[],
];

const runnerSchema = z.object({
  id: idSchema.describe(
    'Identifies this process, and is new at each start; the `owner` of the runs that it claims.',
  ),
  condition: z
    .enum(['alive', 'silent', 'gone'])
    .describe(
      'From its database session: `gone` within milliseconds of the end of the process, however it ended. ' +
        '`silent`: connected, but without a heartbeat for half a lease, so that its free slots do not count.',
    ),
  labels: z.array(z.string()).describe('From `GHOSTLY_LABELS`, sorted.'),
  slots: count.describe('Its capacity: the number of runs it can have at once.'),
  busy: count.describe('Runs that it owns, including those that the caller may not see.'),
  browsers: count.optional().describe('Chromium processes at its last heartbeat.'),
  takesRuns: z
    .boolean()
    .describe(
      'False while it could take no run even with a free slot; see `unavailable`. It retries by itself.',
    ),
  unavailable: z
    .object({
      code: z
        .enum(unavailableCodes)
        .optional()
        // A runner of another version may report other codes.
        .catch(undefined)
        .describe('Stable; branch on this.'),
      text: z.string().describe('The same in English.'),
    })
    .optional()
    .describe('Why it claims nothing now; absent while it does. From its last heartbeat.'),
  trouble: z.string().optional().describe('The error message if no browser starts. Only for admins.'),
  startedAt: time,
  heartbeatAt: time.describe('Time of its last heartbeat.'),
  host: z.string().optional().describe('Only for admins.'),
  pid: z.int().optional().describe('Only for admins.'),
  runs: z.array(heldRunSchema).describe('Its runs that the caller may see, newest first.'),
});

const supervisorSchema = z.object({
  id: idSchema,
  leader: z.boolean(),
  since: time.optional().describe('When its oldest database connection was opened.'),
});

/** How a gateway reaches a server. */
const reachSchema = z.object({
  answers: z.boolean(),
  since: time.describe('Since when it does, or does not, as far as this gateway knows.'),
  latencyMs: z.number().min(0).optional().describe('How long its last answer took.'),
});
const serversSchema = z.object({
  database: reachSchema.optional().describe('PostgreSQL.'),
  nats: reachSchema.optional(),
});
export type ServerReach = z.output<typeof reachSchema>;

const gatewaySchema = z.object({
  id: idSchema.describe('Identifies this process, and is new at each start.'),
  condition: z
    .enum(['alive', 'silent'])
    .describe('`silent`: it has not been heard for ten seconds. One that was stopped is not listed.'),
  startedAt: time,
  seenAt: time.describe('When it was heard last.'),
  servers: serversSchema.describe('How it reached them then.'),
  host: z.string().optional().describe('Only for admins.'),
  pid: z.int().optional().describe('Only for admins.'),
});

const causeSchema = z.object({
  code: z.enum(QUEUE_WAITS).optional().catch(undefined).describe('As `waitingFor.code` of a run.'),
  count: count,
});

/** The processes that carry runs, at one moment by the database. Counts include the runs of all users. */
const reply = z.object({
  now: time,
  leaseMs: count.describe('How long a runner may go without a heartbeat before it loses its runs.'),
  queue: z.object({
    length: count.describe(
      `Runs that wait for a runner, counted up to ${SYSTEM_LIMIT.waiting}; this value means that many or more.`,
    ),
    oldestAt: time
      .optional()
      .describe(
        'Since when the run that has waited longest does; one that was parked waits since its answer.',
      ),
    causes: z
      .array(causeSchema)
      .describe(`What the oldest ${SYSTEM_LIMIT.causes} of them wait for, the most frequent first.`),
  }),
  runs: z.object({ running: count.describe('Runs on a runner.'), cancelling: count }),
  runners: z
    .array(runnerSchema)
    .describe(
      'Newest first. A runner that is gone stays listed for some minutes, or while it still owns a run.',
    ),
  supervisors: z
    .array(supervisorSchema)
    .describe('Supervisors with a database connection, the leader first.'),
  servers: serversSchema.describe('How the gateway that answers reaches PostgreSQL and NATS now.'),
  gateways: z
    .array(gatewaySchema)
    .describe(
      'Those that were heard in the last five minutes, the oldest first; each tells of itself every few seconds.',
    ),
  leader: z.object({ id: idSchema, until: time }).optional().describe('The current leader.'),
  webhooks: z
    .object({
      failing: count.describe('They are tried again.'),
      disabled: count.describe('Disabled because they failed for too long, or were gone.'),
      waiting: count.describe('Messages that wait for them, counted up to 1,000 for each.'),
    })
    .optional()
    .describe(
      'Webhooks that fail, of the projects whose webhooks the caller may read. Absent without that right, and in older versions.',
    ),
});
type ReplyObject = typeof reply;
/** A name for declarations, as `StepSchema` is. */
export interface SystemReply extends ReplyObject {}
export const systemReply: SystemReply = reply;
export type System = z.output<SystemReply>;
