import type { QueryResultRow } from 'pg';
import type { Sql, Values } from '#shared/adapters/database/sql.ts';

interface Node {
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
}

/**
 * A database that also says how many pages of 8 KiB its statements look at: each is carried out twice, the second time by
 * `explain`. For statements that read, or that do nothing the second time.
 */
export function countingPages(sql: Sql): { sql: Sql; pages(): number } {
  let pages = 0;
  const of = (inner: Sql): Sql => {
    async function rows<Row extends QueryResultRow>(text: string, values?: Values): Promise<Row[]> {
      const found = await inner.rows<Row>(text, values);
      const [explained] = await inner.rows<{ 'QUERY PLAN': [{ Plan: Node }] }>(
        `explain (analyze, buffers, timing off, format json) ${text}`,
        values,
      );
      const { Plan: plan } = explained!['QUERY PLAN'][0];
      pages += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
      return found;
    }
    return {
      rows,
      row: async (text, values) => (await rows<never>(text, values))[0],
      transaction: (work) => inner.transaction((within) => work(of(within))),
    };
  };
  return { sql: of(sql), pages: () => pages };
}
