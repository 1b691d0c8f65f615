import { type Pool, type QueryConfig, type QueryResult, type QueryResultRow, types } from 'pg';
import { DatabaseUnavailableError, unavailable } from './errors.ts';
import { numbered } from './named.ts';
import { alone, inTransaction } from './transaction.ts';

/** Named values stand as `:name` in the text (see `named.ts`); those of a list as `$1`, `$2`, … */
export type Values = Readonly<Record<string, unknown>> | readonly unknown[];

/** Runs one statement on the pool. */
export interface Sql {
  rows<Row extends QueryResultRow>(text: string, values?: Values): Promise<Row[]>;
  /** The only row, or undefined. */
  row<Row extends QueryResultRow>(text: string, values?: Values): Promise<Row | undefined>;
  /**
   * Runs `work` as one transaction, which is rolled back if it rejects or does not end. A transaction within it is part of
   * it. {@link DatabaseUnavailableError}: the commit's answer may be lost, and it may have taken effect.
   */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
}

export type Statements = Pick<Sql, 'rows' | 'row'>;

/** `begin`: puts every statement into a transaction that it begins, and that sets how long it may take. */
export function createSql(pool: Pool, begin?: string): Sql {
  const single: RunQuery =
    begin === undefined ? pool : { query: (query) => alone(pool, (client) => client.query(query), begin) };
  return {
    ...statementsOf(single),
    transaction: (work) =>
      inTransaction(
        pool,
        (client) => {
          const sql: Sql = { ...statementsOf(client), transaction: (inner) => inner(sql) };
          return work(sql);
        },
        begin,
      ),
  };
}

/** What can run a statement: a connection, a pool of them, or something in between. */
interface RunQuery {
  query<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>>;
}

export function statementsOf(client: RunQuery): Statements {
  const rows = async <Row extends QueryResultRow>(named: string, given: Values = []) => {
    const { text, values } = numbered(named, given);
    try {
      return (await client.query<Row>({ name: nameOf(text), text, values, types: TYPES })).rows;
    } catch (error) {
      throw unavailable(error) ?? error;
    }
  };
  return { rows, row: async (text, values) => (await rows<never>(text, values))[0] };
}

const names = new Map<string, string>();

/** Prepared once per connection: planning a guarded statement takes longer than running it. Texts are constants. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `ghostly_${names.size}`;
  names.set(text, name);
  return name;
}

const TIMESTAMPTZ = 1184;
/** The ORM's pool leaves timestamps as text. Microseconds are cut, so that a time reads the same wherever it comes from. */
const TYPES = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === TIMESTAMPTZ ? parseTimestamp : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};
/** Reads PostgreSQL's form of a time. */
export const parseTimestamp = (text: string): Date =>
  new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
