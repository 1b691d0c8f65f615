import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines, one object each, with the service's name; on stdout if nothing else is given. A level nobody knows is `info`. */
export const createLog = (
  name: string,
  level: string,
  destination: DestinationStream = pino.destination(1),
): Log =>
  pino(
    {
      level: level in pino.levels.values || level === 'silent' ? level : 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      base: { name, pid: process.pid },
      serializers: { err: describeError },
    },
    destination,
  );

/** What a log may hold of an error: nothing of the rows and values that database errors carry along (I10). */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.constructor.name,
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}
