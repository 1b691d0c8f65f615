import { createTurns } from '../async/turns.ts';
import { DatabaseUnavailableError } from './errors.ts';
import type { Sql } from './sql.ts';

export interface TakingTurns extends Sql {
  /** Those that wait for their turn are told that the database is out of reach: their turn may be long in coming. */
  refuseWaiting(): void;
}

/**
 * The same, with at most `atOnce` statements under way; the others wait for their turn, in the order they came. For
 * many that ask at once and may wait, so that they leave connections to everybody else.
 */
export function inTurns(sql: Sql, atOnce: number): TakingTurns {
  const turns = createTurns(atOnce);
  return {
    rows: (text, values) => turns.take(() => sql.rows(text, values)),
    row: (text, values) => turns.take(() => sql.row(text, values)),
    transaction: (work) => turns.take(() => sql.transaction(work)),
    refuseWaiting() {
      const message = 'the database was out of reach before the turn of this statement came';
      turns.refuseWaiting(new DatabaseUnavailableError(message, { mayHaveTakenEffect: false }));
    },
  };
}
