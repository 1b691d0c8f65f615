import { z } from 'zod';
import { askedFieldSchema } from '#shared/domain/events/asked-field.ts';
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

/** One of this question, of this attempt of the run. */
export const answerLinkReply = z.object({
  ok: z.literal(true),
  step: z.int().min(0),
  url: z
    .string()
    .describe('A page that asks for the answer. Each person who has it may answer: send it to one.'),
  expiresAt: z.iso.datetime().describe('When the time to answer is over.'),
});

export const answerTokenParams = z.object({ token: z.string().regex(/^[\w-]{1,200}$/) });

/** What a person sees who has a link: nothing else of the run. */
export const linkedQuestionSchema = z.object({
  project: z.string().describe('Its label.'),
  flow: z.string().optional().describe('Name of the named flow or, without one, of the run.'),
  text: z.string(),
  fields: z.array(askedFieldSchema),
  until: z.iso.datetime(),
});

export const linkedAnswerBody = answerBody.pick({ values: true });
export const linkedAnswerReply = z.object({ ok: z.literal(true) });

export const answerReply = z.object({ ok: z.literal(true), id: idSchema, step: z.int().min(0) });

/** Who has answered a question, or let a paused run go on, and when. */
export const answeredSchema = z.object({
  step: z.int().min(0).optional().describe('Index of the step that has asked.'),
  at: z.iso.datetime(),
  user: z
    .object({ id: idSchema, email: z.string().optional() })
    .optional()
    .describe('Absent if a person answered by a link, and for callers who have a link themselves.'),
  byLink: z.literal(true).optional().describe('A person answered by a link.'),
});
export type AnsweredBefore = z.output<typeof answeredSchema>;
