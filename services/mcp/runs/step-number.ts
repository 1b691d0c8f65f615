import { z } from 'zod';

/** A step as the tools call it: the first is step 1. The API counts from 0, and is translated at its edge alone. */
export const stepNumber = z.int().min(1);
