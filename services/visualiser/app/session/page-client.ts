import { type AnswerChecks, asError } from '#shared/api/client/checks.ts';
import { createClientWith } from '#shared/api/client/client.ts';
import type { Client, ClientOptions } from '#shared/api/client/index.ts';
import type { BatchEntry } from '#shared/api/contract/batches/batches.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';

const KINDS: readonly unknown[] = ['status', 'assist', 'end'] satisfies StreamEntry['kind'][];

const BATCH_KINDS: readonly unknown[] = ['test', 'batch', 'end'] satisfies BatchEntry['kind'][];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isProblem = (body: unknown): body is Parameters<typeof asError>[0] =>
  isObject(body) && typeof body.code === 'string' && typeof body.title === 'string';

/**
 * The page asks the gateway that served it, so it checks the form of answers (a proxy's error page has another one) without
 * the schemas. Unknown codes of another version come through, and are shown in its English words.
 */
const PAGE_CHECKS: AnswerChecks = {
  reply: (_, __, body) => (isObject(body) ? body : undefined),
  error: (body) => (isProblem(body) ? asError(body) : undefined),
  entry: (data) => (isObject(data) && KINDS.includes(data.kind) ? (data as StreamEntry) : undefined),
  hint: (data) =>
    isObject(data) && isObject(data.waitingFor) ? { waitingFor: data.waitingFor as WaitingFor } : undefined,
  batchEntry: (data) =>
    isObject(data) && BATCH_KINDS.includes(data.kind) ? (data as BatchEntry) : undefined,
};

/** @throws GatewayError invalid_option */
export const createPageClient = (options: ClientOptions): Client => createClientWith(PAGE_CHECKS, options);
