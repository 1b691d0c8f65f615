export type LocalErrorCode =
  | 'server_start_failed'
  | 'server_start_timeout'
  | 'port_busy'
  | 'binary_missing'
  | 'unsupported_platform'
  | 'data_without_password';

/** A local server or binary that is not available; `message` is one line that a person can act on. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const isLocalError = (error: unknown, code?: LocalErrorCode): error is LocalError =>
  error instanceof LocalError && (code === undefined || error.code === code);
