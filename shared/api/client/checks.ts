/*
 * What a client asks of what a server sends, before it takes it for a gateway's. The client of the public package asks
 * by the contract's schemas (`contract-checks.ts`); the visualiser, which its own gateway serves, asks for less.
 */
import type { BatchEntry } from '#shared/api/contract/batches/batches.ts';
import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import type { ErrorBody } from '#shared/api/contract/errors/error-body.ts';
import type { ErrorCode } from '#shared/api/contract/errors/errors.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';

/** Each gets what was sent as JSON, and returns undefined for what is not the contract's. */
export interface AnswerChecks {
  reply(id: EndpointId, status: number, body: unknown): unknown;
  /** A problem (RFC 9457), or the body of an error without its code. */
  error(body: unknown): { body: ErrorBody; code?: ErrorCode } | undefined;
  /** An entry of a stream; kinds of a newer gateway are not known. */
  entry(data: unknown): StreamEntry | undefined;
  hint(data: unknown): { waitingFor: WaitingFor } | undefined;
  batchEntry(data: unknown): BatchEntry | undefined;
}

interface ReadProblem extends Omit<ErrorBody, 'ok' | 'error'> {
  title: string;
  code: string;
}

/** A problem in the form of other errors. */
export function asError({ title: error, code, ...more }: ReadProblem): { body: ErrorBody; code: ErrorCode } {
  return { body: { ok: false, error, ...more }, code: code as ErrorCode };
}
