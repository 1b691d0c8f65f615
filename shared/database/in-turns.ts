import type { Sql } from './sql.ts';

/** Carries out at most `atOnce` pieces of work at a time; the others wait for their turn, in the order they came. */
export function createTurns(atOnce: number) {
  const waiting: (() => void)[] = [];
  let free = atOnce;

  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/**
 * The same, with at most `atOnce` statements under way; the others wait for their turn, in the order they came. For
 * many that ask at once and may wait, so that they leave connections to everybody else.
 */
export function inTurns(sql: Sql, atOnce: number): Sql {
  const turn = createTurns(atOnce);
  return {
    rows: (text, values) => turn(() => sql.rows(text, values)),
    row: (text, values) => turn(() => sql.row(text, values)),
    transaction: (work) => turn(() => sql.transaction(work)),
  };
}
