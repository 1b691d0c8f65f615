import type { ErrorCode, ValidationDetails } from '#shared/contract/errors.ts';
import { unavailable } from '#shared/database/sql.ts';

/** A request that is answered with one of the contract's errors. */
export class RequestError extends Error {
  readonly code: ErrorCode;
  readonly details: ValidationDetails | undefined;
  readonly missing: string[] | undefined;

  constructor(
    code: ErrorCode,
    more: { details?: ValidationDetails; missing?: string[]; cause?: unknown } = {},
  ) {
    super(code, { cause: more.cause });
    this.code = code;
    this.details = more.details;
    this.missing = more.missing;
  }
}

/** The one mapping of errors to the contract: whatever is not known is `internal`. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  return new RequestError(unavailable(error) ? 'database_unavailable' : 'internal', { cause: error });
}

/** What a log may hold of an error: nothing of the rows and values that database errors carry along (I10). */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    type: name,
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}
