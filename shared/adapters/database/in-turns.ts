import { createTurns, type Turns } from '#shared/platform/async/turns.ts';
import { DatabaseUnavailableError } from './errors.ts';
import type { Sql } from './sql.ts';

export interface TakingTurns extends Sql {
  /** Rejects those that wait for their turn, as the database is out of reach: their turn may be long in coming. */
  refuseWaiting(): void;
}

/**
 * The same, with at most `atOnce` statements under way, or within the turns of others; the rest waits for its turn, in the
 * order it came. For many that ask at once and may wait, so that they leave connections to everybody else.
 */
export function inTurns(sql: Sql, atOnce: number | Turns): TakingTurns {
  const turns = typeof atOnce === 'number' ? createTurns(atOnce) : atOnce;
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

/** The same until `over` is aborted: from then on all is refused, in words, and has not taken effect. */
export function untilOver(sql: Sql, over: AbortSignal, why: string): Sql {
  const check = () => {
    if (over.aborted) throw new DatabaseUnavailableError(why, { mayHaveTakenEffect: false });
  };
  return {
    async rows(text, values) {
      check();
      return await sql.rows(text, values);
    },
    async row(text, values) {
      check();
      return await sql.row(text, values);
    },
    async transaction(work) {
      check();
      return await sql.transaction(work);
    },
  };
}
