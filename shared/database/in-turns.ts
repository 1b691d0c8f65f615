import { createTurns } from '../async/turns.ts';
import type { Sql } from './sql.ts';

/**
 * The same, with at most `atOnce` statements under way; the others wait for their turn, in the order they came. For
 * many that ask at once and may wait, so that they leave connections to everybody else.
 */
export function inTurns(sql: Sql, atOnce: number): Sql {
  const turns = createTurns(atOnce);
  return {
    rows: (text, values) => turns.take(() => sql.rows(text, values)),
    row: (text, values) => turns.take(() => sql.row(text, values)),
    transaction: (work) => turns.take(() => sql.transaction(work)),
  };
}
