import type { Sql } from './sql.ts';

/** The same, telling of every answer. */
export function listenedTo(sql: Sql, heard: () => void): Sql {
  const listen = async <Result>(work: Promise<Result>): Promise<Result> => {
    const result = await work;
    heard();
    return result;
  };
  return {
    rows: (text, values) => listen(sql.rows(text, values)),
    row: (text, values) => listen(sql.row(text, values)),
    transaction: (work) => listen(sql.transaction(work)),
  };
}
