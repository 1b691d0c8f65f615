import { z } from 'zod';

/** A field of an answer, as events and waiting runs show it. Types may be added. */
const askedField = z.object({
  name: z.string(),
  label: z.string().optional(),
  type: z.string().describe('`text`, `code`, `password`, `choice` or `yesno`.'),
  options: z.array(z.string()).optional().describe('Of a `choice`.'),
  optional: z.boolean().optional().describe('It may be left out.'),
});
type AskedFieldObject = typeof askedField;
/** A name for declarations, as `StepSchema` is. */
export interface AskedFieldSchema extends AskedFieldObject {}
export const askedFieldSchema: AskedFieldSchema = askedField;
export type AskedField = z.output<AskedFieldSchema>;
