import { z } from 'zod';
import { PAUSE_LIMITS, REASON_LIMIT } from '#shared/api/limits.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { stepSchema } from '#shared/domain/flow/step.ts';
import { PAUSE_MODES } from '#shared/domain/run/status.ts';
import { idSchema } from '../id.ts';

export const pauseBody = z.object({
  mode: z
    .enum(PAUSE_MODES)
    .default('after_step')
    .describe(
      '`now`: the call of the step under way is interrupted, and the step is done again afterwards; an atomic one is waited for.',
    ),
  reason: z
    .string()
    .max(REASON_LIMIT)
    .optional()
    .describe('Stored with the run, and shown to everyone who may see it.'),
  forMs: z
    .int()
    .min(1_000)
    .max(PAUSE_LIMITS.longestMs)
    .default(PAUSE_LIMITS.usualMs)
    .describe('If nobody has let it go on by then, the run fails: `stopReason` is `unresumed`. ms.'),
});

export const resumeBody = z.object({
  from: z
    .union([z.enum(['next', 'same']), z.int().min(0)])
    .default('next')
    .describe(
      'Where it goes on. `next`: where it stands, which is the step that failed, or was interrupted, or comes next. `same`: the last step that it has done, or has failed. A number: the index of a step.',
    ),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(FLOW_LIMITS.steps)
    .optional()
    .describe(
      'The steps from there on, in place of those of the flow. A step that is sent as it was shown keeps its hidden value. They may mark nothing as secret where the flow has nothing so far.',
    ),
});

export const pauseReply = z.object({
  ok: z.literal(true),
  id: idSchema,
  paused: z.boolean().describe('It is paused already; else it will be, once its step is over.'),
});
export const resumeReply = z.object({
  ok: z.literal(true),
  id: idSchema,
  from: z.int().min(0).describe('Index of the step that comes next.'),
});
