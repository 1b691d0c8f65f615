import { z } from 'zod';
import { STATUSES } from '#shared/domain/run/status.ts';
import { eventSchema, type RunEvent } from './events.ts';

const at = z.iso.datetime();
const statusEntrySchema = z.object({ kind: z.literal('status'), status: z.enum(STATUSES), at });
const assistEntrySchema = z.intersection(z.object({ kind: z.literal('assist') }), eventSchema);
const endEntrySchema = z.object({ kind: z.literal('end'), at });

/** Keyed by kind. */
export const ENTRY_SCHEMAS = {
  status: statusEntrySchema,
  assist: assistEntrySchema,
  end: endEntrySchema,
} as const;

/** What watchers get: the `data` of each message of a run's event stream, but of `ping`, whose data is the time in epoch ms. */
export const streamEntrySchema = z
  .union([statusEntrySchema, assistEntrySchema, endEntrySchema])
  .describe('The `data` of one message. Its `event` is the `kind`; only `assist` has an `id`, its seq.');

export type StatusEntry = z.output<typeof statusEntrySchema>;
export type AssistEntry = RunEvent & { kind: 'assist' };
export type EndEntry = z.output<typeof endEntrySchema>;
/** What watchers get, over SSE and NATS alike. Times are ISO 8601. */
export type StreamEntry = StatusEntry | AssistEntry | EndEntry;
