import { z } from 'zod';

export const runId = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .describe('The id of the run, or the last 8 characters of it.');
