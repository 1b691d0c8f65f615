import { z } from 'zod';
import { ENTRY_SCHEMAS, type StreamEntry } from '#shared/events/entries.ts';
import { anyEventSchema } from '#shared/events/events.ts';

// Loose: what a newer gateway adds is passed on, and types of events that are not known here, too.
const entrySchema = z.discriminatedUnion('kind', [
  ENTRY_SCHEMAS.status.loose(),
  anyEventSchema.extend({ kind: z.literal('assist') }),
  ENTRY_SCHEMAS.end.loose(),
]);

/** The data of a message of the event stream; undefined for kinds of a newer gateway. */
export function readEntry(data: string): StreamEntry | undefined {
  try {
    return entrySchema.parse(JSON.parse(data)) as StreamEntry;
  } catch {
    return undefined;
  }
}
