import { z } from 'zod';
import { idSchema } from '../id.ts';

export const forkedFromSchema = z.object({
  runId: idSchema,
  step: z.int().min(1).describe('The step that it begins with, from 0.'),
});
