import { z } from 'zod';
import type { StreamEntry } from '#shared/events/entries.ts';
import { STATUSES } from '#shared/run/status.ts';

const at = z.iso.datetime();
// Loose: what a newer gateway adds is passed on.
const entrySchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('status'), status: z.enum(STATUSES), at }),
  z.looseObject({
    kind: z.literal('assist'),
    type: z.string(),
    seq: z.int().min(1),
    at,
    stepIndex: z.int().min(0).optional(),
    payload: z.record(z.string(), z.unknown()),
  }),
  z.looseObject({ kind: z.literal('end'), at }),
]);

/** The data of a message of the event stream; undefined for what a newer gateway may send besides. */
export function readEntry(data: string): StreamEntry | undefined {
  try {
    return entrySchema.parse(JSON.parse(data)) as StreamEntry;
  } catch {
    return undefined;
  }
}
