import { z } from 'zod';
import { ONE_LINE } from './one-line.ts';

/** Of what people call runs, in UTF-16 units. */
export const LONGEST = { name: 200, label: 63 } as const;

/** Of one run. */
export const MOST_LABELS_OF_RUN = 16;

/** By which people group runs. */
export const runLabel = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST.label)
  .refine(...ONE_LINE);
