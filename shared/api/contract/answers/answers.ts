import { z } from 'zod';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { idSchema } from '../id.ts';

export const answerBody = z.object({
  step: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Index of the step whose question it answers, from 0; by default the one that the run waits at.',
    ),
  values: z
    .record(z.string(), z.union([z.string(), z.boolean()]))
    .refine((values) => Object.keys(values).length <= FLOW_LIMITS.askFields)
    .default({})
    .describe('By the names of the fields: a text, or true or false for a `yesno`.'),
});

export const answerReply = z.object({ ok: z.literal(true), id: idSchema, step: z.int().min(0) });

/** Who has answered a question, or let a paused run go on, and when. */
export const answeredSchema = z.object({
  step: z.int().min(0).optional().describe('Index of the step that has asked.'),
  at: z.iso.datetime(),
  user: z.object({ id: idSchema, email: z.string().optional() }),
});
export type AnsweredBefore = z.output<typeof answeredSchema>;
