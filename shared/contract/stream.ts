import { z } from 'zod';
import { STATUSES } from '#shared/run/status.ts';
import { assistEventSchema } from './runs.ts';

const at = z.iso.datetime();

/** The `data` of each message of a run's event stream, but of `ping`, whose data is the time in epoch ms. */
export const streamEntrySchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('status'), status: z.enum(STATUSES), at }),
    z.object({ kind: z.literal('assist'), ...assistEventSchema.shape }),
    z.object({ kind: z.literal('end'), at }),
  ])
  .describe('The `data` of one message. Its `event` is the `kind`; only `assist` has an `id`, its seq.');
