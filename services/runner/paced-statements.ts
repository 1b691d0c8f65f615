/*
 * A runner's claims and commits in order, as many at a time as it has connections. Owns the queue, and so knows whether
 * the database keeps up: a slow one makes runs wait, must not fail them, and gets no more of them.
 */
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createTurns } from '#shared/platform/async/turns.ts';

export interface PacedStatements {
  sql: Sql;
  /**
   * The same for claims: one that has waited for longer than `slowMs` is not sent, since of the lease that it would take so
   * much would be over.
   */
  claims: Sql;
  /** No statement waits, or has waited just now, for longer than `slowMs` for its turn. */
  keepsUp(): boolean;
}

/** `now`: monotonic, ms. */
export function paceStatements(
  sql: Sql,
  { atOnce, slowMs, now }: { atOnce: number; slowMs: number; now: () => number },
): PacedStatements {
  const turns = createTurns(atOnce);
  /** The time from which each waits, the longest wait first. */
  const waiting = new Set<{ since: number }>();
  let slowAt = Number.NEGATIVE_INFINITY;

  const take = <Result>(work: () => Promise<Result>, mayBeLate: boolean): Promise<Result> => {
    const asked = { since: now() };
    waiting.add(asked);
    return turns.take(async () => {
      waiting.delete(asked);
      if (now() - asked.since <= slowMs) return work();
      slowAt = now();
      if (mayBeLate) return work();
      throw new DatabaseUnavailableError('the database is too slow to claim', { mayHaveTakenEffect: false });
    });
  };
  const paced = (mayBeLate: boolean): Sql => ({
    rows: (text, values) => take(() => sql.rows(text, values), mayBeLate),
    row: (text, values) => take(() => sql.row(text, values), mayBeLate),
    transaction: (work) => take(() => sql.transaction(work), mayBeLate),
  });
  return {
    sql: paced(true),
    claims: paced(false),
    keepsUp() {
      const [first] = waiting;
      return now() - slowAt > slowMs && (first === undefined || now() - first.since <= slowMs);
    },
  };
}
