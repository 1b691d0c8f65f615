import { unavailable } from '#shared/adapters/database/errors.ts';
import type { AnsweredBefore } from '#shared/api/contract/answers/answers.ts';
import type { ValidationDetails } from '#shared/api/contract/errors/error-body.ts';
import type { ErrorCode } from '#shared/api/contract/errors/errors.ts';
import type { Outage } from '#shared/api/contract/errors/outages.ts';

/** Answers the request with an error of the contract. */
export class RequestError extends Error {
  readonly code: ErrorCode;
  readonly details: ValidationDetails | undefined;
  readonly outages: Outage[] | undefined;
  readonly answered: AnsweredBefore | undefined;
  /** Seconds to wait before a retry. */
  readonly retryAfterS: number | undefined;

  constructor(
    code: ErrorCode,
    more: {
      details?: ValidationDetails;
      outages?: Outage[];
      answered?: AnsweredBefore;
      retryAfterS?: number;
      cause?: unknown;
    } = {},
  ) {
    super(code, { cause: more.cause });
    this.code = code;
    this.details = more.details;
    this.outages = more.outages;
    this.answered = more.answered;
    this.retryAfterS = more.retryAfterS;
  }
}

/** The one mapping of errors to the contract; unknown ones are `internal`. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  return new RequestError(unavailable(error) ? 'database_unavailable' : 'internal', { cause: error });
}
