import { z } from 'zod';

/** Codes of `shared/domain/run/not-carried.ts`; those of a newer version are shown as they are. */
export const notCarriedSchema = z
  .object({
    what: z
      .string()
      .describe(
        '`form_fields`: what was typed and not sent. `page_memory`: what its scripts keep. `other_pages`: windows that it opened. `other_origins`: storage of other sites. Else `cookies`, `local_storage`, `indexed_db`, `session_storage`, `address`.',
      ),
    why: z
      .string()
      .describe('`never`: it cannot be carried. Else `too_large`, `no_answer` in time, or `failed`.'),
  })
  .describe('Something of the page that the run does not have.');
