import { z } from 'zod';
import type { IssueCode } from './errors/issues.ts';
import { ID } from './is-id.ts';

/** The id of a run, in a path. */
export const runIdSchema = z
  .string()
  .regex(/^[0-9a-f]{8}((-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/i)
  .describe(
    'The id of the run; or its last 8 characters, if no other run that the caller may see ends like it.',
  );

export const idSchema = z.string().regex(ID, 'not_uuid' satisfies IssueCode);
