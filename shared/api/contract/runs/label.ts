import { z } from 'zod';
import { LONGEST } from '#shared/api/limits.ts';
import { ONE_LINE } from '../one-line.ts';

/** Most labels of one run. */
const MOST_LABELS_OF_RUN = 16;

/** What people call a run; it may be empty. */
export const runName = z
  .string()
  .trim()
  .max(LONGEST.name)
  .refine(...ONE_LINE);

/** A label by which people group runs. */
export const runLabel = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST.label)
  .refine(...ONE_LINE);

export const runLabels = z.array(runLabel).max(MOST_LABELS_OF_RUN);
