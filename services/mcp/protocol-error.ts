import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { ApiError } from '#shared/api/client/index.ts';
import { inWords } from './words.ts';

/** The protocol's code for a resource that does not exist. */
const RESOURCE_NOT_FOUND = -32_002;

/**
 * An error of the protocol, for what is no call of a tool. The SDK answers with its code and message; the message of
 * the SDK's own class would name the code a second time.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const notFound = (message: string) => new ProtocolError(RESOURCE_NOT_FOUND, message);

export function asProtocolError(error: unknown): ProtocolError {
  return error instanceof ProtocolError ? error : new ProtocolError(codeOf(error), inWords(error));
}

function codeOf(error: unknown): number {
  if (!(error instanceof ApiError)) return ErrorCode.InternalError;
  if (error.status === 404) return RESOURCE_NOT_FOUND;
  return error.status === 400 ? ErrorCode.InvalidParams : ErrorCode.InternalError;
}
