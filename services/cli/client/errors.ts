import type { ErrorBody } from '#shared/contract/errors.ts';
import { plainText } from '../view/plain-text.ts';

/** No gateway could be found, reached or understood. Its message is one line for the person at the terminal. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: 'no_gateway' | 'no_key' | 'no_project' | 'unreachable' | 'unexpected_reply';

  constructor(code: GatewayError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The gateway answered with an error of the contract. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code = 'refused';
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    const id = body.requestId === undefined ? '' : `, request ${body.requestId}`;
    super(plainText(`${body.error} (${status}${id})`));
    this.status = status;
    this.body = body;
  }
}
