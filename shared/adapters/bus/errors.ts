import { ErrorCode, NatsError } from 'nats';

export type BusFailure = 'no_responders' | 'timeout' | 'unavailable';

/** A message that got no reply. Only `no_responders` proves that no process subscribes; a timeout does not. */
export class BusError extends Error {
  readonly code: BusFailure;
  constructor(code: BusFailure, options?: ErrorOptions) {
    super(`the bus answered: ${code}`, options);
    this.code = code;
  }
}

export function busError(cause: unknown): BusError {
  if (cause instanceof BusError) return cause;
  const code = cause instanceof NatsError ? cause.code : '';
  if (code === ErrorCode.NoResponders) return new BusError('no_responders', { cause });
  if (code === ErrorCode.Timeout) return new BusError('timeout', { cause });
  return new BusError('unavailable', { cause });
}
