import type { ErrorBody } from '#shared/api/contract/errors/error-body.ts';
import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';

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
  requestId?: string | undefined;
  retryAfterS?: number | undefined;
}

/** The gateway answered with an error of the contract. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The stable code of the contract, or `unknown` for an error that this version of the client does not know. */
  readonly code: ErrorCode | 'unknown';
  readonly body: ErrorBody;
  /** Identifies the request in the gateway's log. */
  readonly requestId: string | undefined;
  /** Seconds to wait before a retry, if the gateway gives them. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, body: ErrorBody, { requestId, retryAfterS }: ErrorFacts = {}) {
    super(`${body.error} (${status}${body.requestId === undefined ? '' : `, request ${body.requestId}`})`);
    this.status = status;
    this.code = codeOf(status, body.error);
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

/** The code is found by status and text, since the default body carries no code. */
function codeOf(status: number, text: string): ErrorCode | 'unknown' {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const { status: own, ...texts } = ERRORS[code];
    if (own === status && Object.values<string>(texts).includes(text)) return code;
  }
  return 'unknown';
}
