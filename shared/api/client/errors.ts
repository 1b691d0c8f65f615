import type { ErrorBody } from '#shared/api/contract/errors/error-body.ts';
import type { ErrorCode } from '#shared/api/contract/errors/errors.ts';

/** The gateway could not be called, reached or understood. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: 'invalid_option' | 'unreachable' | 'unexpected_reply';

  constructor(code: GatewayError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What an error answer carries besides its body. */
export interface ErrorFacts {
  /** Missing of an answer that is no problem (RFC 9457), such as that of a proxy. */
  code?: ErrorCode | undefined;
  requestId?: string | undefined;
  retryAfterS?: number | undefined;
}

/** The gateway answered with an error of the contract. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The stable code of the contract, also of a newer gateway's; `unknown` if the answer has none. */
  readonly code: ErrorCode | 'unknown';
  readonly body: ErrorBody;
  /** Identifies the request in the gateway's log. */
  readonly requestId: string | undefined;
  /** Seconds to wait before a retry, if the gateway gives them. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, body: ErrorBody, { code, requestId, retryAfterS }: ErrorFacts = {}) {
    super(`${body.error} (${status}${body.requestId === undefined ? '' : `, request ${body.requestId}`})`);
    this.status = status;
    this.code = code ?? 'unknown';
    this.body = body;
    this.requestId = body.requestId ?? requestId;
    this.retryAfterS = retryAfterS;
  }
}

/** Refused for the moment alone: the gateway has carried nothing out, and the same request may go through soon. */
export const isTooSoon = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 'too_many_requests';

/** What the gateway asks to wait for, and `ms` at least. */
export const retryAfterMs = (error: unknown, ms: number): number =>
  error instanceof ApiError ? Math.max(ms, 1_000 * (error.retryAfterS ?? 0)) : ms;
