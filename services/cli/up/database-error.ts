import { whyNoTls } from '#shared/adapters/database/trust.ts';

const NOT_THERE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  '57P03',
]);

/** Connection, credentials, database name, read-only, rights, resources, locks, shutdown, disk: not defects of ours. */
const REFUSALS = /^(08...|28...|3D...|25006|42501|53...|55006|57P..|58...)$/;

/** The error, those that caused it, and their parts. */
const causesOf = (error: unknown): Error[] =>
  error instanceof Error
    ? [
        error,
        ...causesOf(error.cause),
        ...(error instanceof AggregateError ? error.errors.flatMap(causesOf) : []),
      ]
    : [];

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

/** Whether an error, or one that caused it, says that no database answered. */
export const isNotThere = (error: unknown): boolean =>
  causesOf(error).some((cause) => NOT_THERE.has(codeOf(cause)) || /timeout/i.test(cause.message));

/** The first non-empty message; the error of a refusal by several addresses has an empty one. */
export const databaseReason = (error: unknown): string =>
  causesOf(error).find(({ message }) => message !== '')?.message ?? String(error);

/** The database does not answer or refuses us. Its message is one line for the operator. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code = 'database';

  /** The error itself if it is something else, a defect. */
  static from(error: unknown): unknown {
    const noTls = causesOf(error)
      .map(whyNoTls)
      .find((why) => why !== undefined);
    if (noTls !== undefined)
      return new DatabaseError(`the database cannot be used: ${noTls}`, { cause: error });
    const isRefusal = isNotThere(error) || causesOf(error).some((cause) => REFUSALS.test(codeOf(cause)));
    if (!isRefusal) return error;
    return new DatabaseError(`the database cannot be used: ${databaseReason(error)}`, { cause: error });
  }
}
