import { z } from 'zod';
import { batchEntrySchema } from '#shared/api/contract/batches/batches.ts';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS } from '#shared/api/contract/endpoints.ts';
import { errorSchema, readProblemSchema } from '#shared/api/contract/errors/error-body.ts';
import { hintSchema } from '#shared/api/contract/runs/hint.ts';
import { ENTRY_SCHEMAS, type StreamEntry } from '#shared/domain/events/entries.ts';
import { anyEventSchema } from '#shared/domain/events/events.ts';
import { type AnswerChecks, asError } from './checks.ts';

// Loose: what a newer gateway adds is passed on, and types of events that are not known here, too.
const entrySchema = z.discriminatedUnion('kind', [
  ENTRY_SCHEMAS.status.loose(),
  anyEventSchema.extend({ kind: z.literal('assist') }),
  ENTRY_SCHEMAS.end.loose(),
]);

/** Checks by the schemas of the contract. */
export const CONTRACT_CHECKS: AnswerChecks = {
  reply(id, status, body) {
    const { replies }: Endpoint = ENDPOINTS[id];
    return replies[status]?.safeParse(body).data;
  },
  error(body) {
    const { data: problem } = readProblemSchema.safeParse(body);
    if (problem) return asError(problem);
    const { data } = errorSchema.safeParse(body);
    return data && { body: data };
  },
  entry: (data) => entrySchema.safeParse(data).data as StreamEntry | undefined,
  hint: (data) => hintSchema.safeParse(data).data,
  batchEntry: (data) => batchEntrySchema.safeParse(data).data,
};
