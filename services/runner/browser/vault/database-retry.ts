/*
 * A question to the database, for a step that has the time to wait: one that is away for a moment fails nothing.
 */
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { retryUntilDone } from '#shared/platform/async/retry.ts';

const RETRY = { firstMs: 100, maxMs: 500 };

/** What `ask` resolves to, once the database is there. Rejects with the reason of `signal`. */
export const untilDatabaseAnswers = <Answer>(
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> =>
  retryUntilDone(
    ask,
    RETRY,
    signal,
    () => undefined,
    (error) => error instanceof DatabaseUnavailableError,
  );
