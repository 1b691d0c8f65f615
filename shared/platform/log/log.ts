import { type DestinationStream, type Logger, pino } from 'pino';
import { settlesWithin } from '../async/settles-within.ts';
import { sourceStack } from './source-stack.ts';

export type Log = Logger;

/** JSON lines, one object each, with the service's name. An unknown level counts as `info`. */
export const createLog = (name: string, level: string, destination: DestinationStream): Log =>
  pino(
    {
      level: level in pino.levels.values || level === 'silent' ? level : 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      base: { name, pid: process.pid },
      serializers: { err: describeError },
    },
    destination,
  );

export interface LogOutput extends DestinationStream {
  /** Flushes for at most `ms`; after that nothing more is written. For the end of the process. */
  end(ms: number): Promise<void>;
}

/** Stdout, without waiting for its reader. */
export function openLogOutput(): LogOutput {
  const stdout = pino.destination(1);
  // The logger's own flush at exit would keep writing to a pipe that nobody reads: the process would never end.
  stdout.flushSync = () => undefined;
  let ended: Promise<unknown> | undefined;
  const end = () => {
    const over = new Promise<void>((resolve) => {
      for (const event of ['close', 'error']) stdout.once(event, () => resolve());
    });
    stdout.end();
    stdout.write = () => true; // it throws from now on
    return over;
  };
  return {
    write: (line) => void stdout.write(line),
    async end(ms) {
      ended ??= end();
      await settlesWithin(ended, ms);
    },
  };
}

/** An error for the log, without the rows and values that database errors carry (I10). */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.constructor.name,
    message,
    ...(stack !== undefined && { stack: sourceStack(stack) }),
    ...(code !== undefined && { code }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}
