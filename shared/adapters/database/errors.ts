import { isUntrusted } from './trust.ts';

/** PostgreSQL could not be reached, or it gave up: the statement may be tried again. */
export class DatabaseUnavailableError extends Error {
  readonly code = 'database_unavailable';
  /** False if the statement certainly took no effect: it was never sent, or the server refused it. */
  readonly mayHaveTakenEffect: boolean;

  constructor(message: string, options: ErrorOptions & { mayHaveTakenEffect?: boolean } = {}) {
    super(message, options);
    this.mayHaveTakenEffect = options.mayHaveTakenEffect ?? true;
  }
}

/** The failures after which a statement may be tried again; undefined for all others. */
export function unavailable(error: unknown): DatabaseUnavailableError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DatabaseUnavailableError) return cause;
    const code = codeOf(cause);
    if (saysOutOfReach(cause) || GAVE_UP.test(code) || ENDED_POOL.test(cause.message))
      return new DatabaseUnavailableError('the database is out of reach', {
        cause: error,
        mayHaveTakenEffect: !(WITHOUT_EFFECT.test(code) || NEVER_SENT.test(cause.message)),
      });
  }
  return undefined;
}

/**
 * Whether the database refused what was to be stored, and would refuse it again: data exceptions (22), constraints (23),
 * limits (54) and exceptions that a trigger raises (P0).
 */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && (/^(22|23|54|P0)/.test(codeOf(error)) || isRefusal(error.cause));
}

/** Whether no server answered that takes statements, or it went away. What it answered otherwise, it may answer again. */
export function isDatabaseOutOfReach(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof DatabaseUnavailableError || saysOutOfReach(cause)) return true;
  return false;
}

/** What may come right by itself while a service waits to migrate. */
export type Waits = 'out of reach' | 'not prepared' | 'gave up';

/**
 * Why another try of a migration may succeed: no server answers, `ghostly prepare` has not made the role or the database yet, or
 * a statement gave up waiting. Undefined: it would fail again.
 */
export function whyWait(error: unknown): Waits | undefined {
  if (isDatabaseOutOfReach(error)) return 'out of reach';
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (NOT_PREPARED.test(codeOf(cause))) return 'not prepared';
    if (GAVE_UP_WAITING.test(codeOf(cause))) return 'gave up';
  }
  return undefined;
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';

const saysOutOfReach = (error: Error): boolean =>
  REACH.test(codeOf(error)) ||
  NETWORK.has(codeOf(error)) ||
  DRIVER_MESSAGES.test(error.message) ||
  isUntrusted(error);

/**
 * Connection (08), a server that only reads after a failover (25006), transactions that took too long (25P0x), resources
 * (53) and shutdown (57P0x).
 */
const REACH = /^(08...|25006|25P0[34]|53...|57P0[1-5])$/;
/** A role or password that the server does not know (28), and a database (3D). */
const NOT_PREPARED = /^(28000|28P01|3D000)$/;
/** Statements that took too long, waited for a lock for too long, or were broken off for others. */
const GAVE_UP_WAITING = /^(57014|55P03|40001|40P01)$/;
/** The same, and plans that a change of the schema made invalid (0A000, 26000). */
const GAVE_UP = /^(57014|55P03|40001|40P01|0A000|26000)$/;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
]);
const DRIVER_MESSAGES =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error)/;
const ENDED_POOL = /^Cannot use a pool after/;
/** The server answered that the statement failed, or there was no connection to send it over. */
const WITHOUT_EFFECT =
  /^(25006|53...|57014|57P03|55P03|40001|40P01|0A000|26000|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/;
const NEVER_SENT = /^(timeout exceeded when trying to connect|timeout expired|Cannot use a pool after)/;
