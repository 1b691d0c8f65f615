/*
 * What a client asks of what a server sends, before it takes it for a gateway's. The client of the public package asks
 * by the contract's schemas (`contract-checks.ts`); the visualiser, which its own gateway serves, asks for less.
 */
import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import type { ErrorBody } from '#shared/api/contract/errors/error-body.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';

/** Each gets what was sent as JSON, and returns undefined for what is not the contract's. */
export interface AnswerChecks {
  reply(id: EndpointId, status: number, body: unknown): unknown;
  error(body: unknown): ErrorBody | undefined;
  /** An entry of a stream; kinds of a newer gateway are not known. */
  entry(data: unknown): StreamEntry | undefined;
  hint(data: unknown): { waitingFor: WaitingFor } | undefined;
}
