import { z } from 'zod';
import { CANCEL_MODES, CANCEL_SOURCES } from '#shared/domain/run/status.ts';
import { idSchema } from '../id.ts';

const time = z.iso.datetime();

const verdictSchema = z.object({
  why: z.string(),
  owner: z.string().optional(),
  epoch: z.int(),
  lastHeartbeat: time.optional(),
  browser: z.enum(['gone', 'unknown']),
  detail: z.string().optional(),
  outage: z
    .object({ from: time, to: time })
    .optional()
    .describe(
      'PostgreSQL was out of reach then, for longer than a runner may go on without: that is why the run was lost.',
    ),
});

const cancelUser = z
  .object({ id: idSchema, email: z.string().optional() })
  .describe('Everyone who may see the run sees the user.');

const lateResultSchema = z.object({
  epoch: z.int(),
  owner: idSchema,
  browserClosed: z.boolean(),
  result: z.record(z.string(), z.unknown()),
  at: time,
});

/** How a run was cancelled or is being cancelled. */
export const runCancelSchema = z.object({
  requestedAt: time.optional().describe('Absent if no cancel was requested: the supervisor ended the run.'),
  source: z.enum(CANCEL_SOURCES),
  mode: z.enum(CANCEL_MODES).optional(),
  reason: z.string().optional(),
  user: cancelUser.optional(),
  repeats: z
    .array(
      z.object({
        at: time,
        mode: z.enum(CANCEL_MODES),
        hardened: z.literal(true).optional().describe('It was forced, and had not been.'),
        reason: z.string().optional(),
        user: cancelUser.optional(),
      }),
    )
    .optional()
    .describe(
      'Later requests, if they said more than the first: another user, a reason of their own, or a harder mode. Not in lists.',
    ),
  stale: z.literal(true).optional(),
  verdict: verdictSchema.optional(),
  lateResults: z.array(lateResultSchema).optional(),
});
