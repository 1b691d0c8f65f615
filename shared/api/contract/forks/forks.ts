import { z } from 'zod';
import { notCarriedSchema } from '#shared/domain/events/not-carried.ts';
import { flowFields } from '#shared/domain/flow/flow.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { stepSchema } from '#shared/domain/flow/step.ts';
import { startReply, stepValues } from '../runs/start.ts';
import { forkedFromSchema } from './forked-from.ts';

export const forkBody = z.strictObject({
  fromStep: z
    .int()
    .min(1)
    .max(FLOW_LIMITS.steps)
    .describe('The step to begin with, from 0. Those before it count as done by the original.'),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(FLOW_LIMITS.steps)
    .optional()
    .describe('The steps from there on, in place of those of the flow.'),
  inputs: flowFields.inputs,
  values: stepValues,
});
export type ForkBody = z.output<typeof forkBody>;

export const forkReply = startReply.extend({
  forkedFrom: forkedFromSchema,
  notCarried: z
    .array(notCarriedSchema)
    .optional()
    .describe(
      'What of the page the new run does not have. Absent where a repeated request is answered and that is not known any more.',
    ),
});
