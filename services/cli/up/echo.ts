/** The warning or error in a line of a child's log, for the operator of the stack. */
export interface Remark {
  level: 'warn' | 'error';
  text: string;
}

export type LogFormat = 'pino' | 'nats' | 'postgres';

const WARN = 40;
const ERROR = 50;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const errorText = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'message' in error ? text(error.message) : undefined;

const fromPino = (line: string): Remark | undefined => {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    // Not from the logger: mostly a crash message of the runtime.
    return line.trim() === '' ? undefined : { level: 'warn', text: line };
  }
  if (typeof entry !== 'object' || entry === null || !('level' in entry)) return undefined;
  const { level, msg, err } = entry as { level: unknown; msg?: unknown; err?: unknown };
  if (typeof level !== 'number' || level < WARN) return undefined;
  const parts = [text(msg), errorText(err)].filter((part, index, all) => part && all.indexOf(part) === index);
  return { level: level >= ERROR ? 'error' : 'warn', text: parts.join(': ') || line };
};

const HARMLESS = [
  // The passwords are random, in a file that only its owner can read.
  /^Plaintext passwords detected/,
  // Repeated for each refused sign-in; another line says why.
  / authentication error - User /,
];

const fromNats = (line: string): Remark | undefined => {
  const [, level, message] = /\[(WRN|ERR|FTL)\] (.*)/.exec(line) ?? [];
  if (message === undefined || HARMLESS.some((pattern) => pattern.test(message))) return undefined;
  return { level: level === 'WRN' ? 'warn' : 'error', text: message };
};

const fromPostgres = (line: string): Remark | undefined => {
  const [, level, message] = /\b(WARNING|FATAL|PANIC): {2}(.*)/.exec(line) ?? [];
  if (message === undefined) return undefined;
  return { level: level === 'WARNING' ? 'warn' : 'error', text: message };
};

const READERS: Readonly<Record<LogFormat, (line: string) => Remark | undefined>> = {
  pino: fromPino,
  nats: fromNats,
  postgres: fromPostgres,
};

/** The warning or error in a line, if it is one. */
export const remarkIn = (format: LogFormat, line: string): Remark | undefined => READERS[format](line);

/**
 * Why a service ended, in one line of its last output: its logged error, else an uncaught error, else its last line.
 */
export const endingOf = (lines: readonly string[]): string => {
  const logged = lines.flatMap((line) => (line.startsWith('{') ? (fromPino(line) ?? []) : []));
  const thrown = lines.findLast((line) => /^\w*(Error|Exception)\b.*:/.test(line));
  const last = lines.findLast((line) => line.trim() !== '' && !line.startsWith('Node.js v'));
  return logged.findLast(({ level }) => level === 'error')?.text ?? thrown ?? last ?? 'no output';
};
