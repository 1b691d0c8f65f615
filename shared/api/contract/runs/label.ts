import { z } from 'zod';
import { ONE_LINE } from '../one-line.ts';

/** Longest name and label of a run, in UTF-16 units. */
export const LONGEST = { name: 200, label: 63 } as const;

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
