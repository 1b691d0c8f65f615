import { z } from 'zod';
import { answeredSchema } from '../answers/answers.ts';
import { outageSchema } from './outages.ts';

export const validationDetailsSchema = z.object({
  formErrors: z.array(z.string()),
  fieldErrors: z.record(z.string(), z.array(z.string())),
  issues: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type ValidationDetails = z.infer<typeof validationDetailsSchema>;

/** The body of every error. `details`: only if a field is invalid or missing; `requestId`: only with 500; `missing` and `outages`: only of `/ready` with 503; `answered`: who was faster. */
export const errorSchema = z.object({
  ok: z.literal(false),
  error: z.string(),
  details: validationDetailsSchema.optional(),
  requestId: z.string().optional(),
  missing: z.array(z.string()).optional(),
  outages: z.array(outageSchema).optional(),
  answered: answeredSchema.optional(),
});
export type ErrorBody = z.infer<typeof errorSchema>;

/** What a client reads of a problem (RFC 9457, `problem.ts`): it has a newer gateway's codes, too. */
export const readProblemSchema = errorSchema
  .omit({ ok: true, error: true })
  .extend({ title: z.string(), code: z.string() });
