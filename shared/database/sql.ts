import { type Pool, type PoolClient, type QueryResultRow, types } from 'pg';

/** Runs one statement on the pool. `$1`, `$2`, … are its values. */
export interface Sql {
  rows<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The only row, or undefined. */
  row<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row | undefined>;
}

/** PostgreSQL could not be reached, or the connection went away: whether the statement took effect is unknown. */
export class DatabaseUnavailableError extends Error {
  readonly code = 'database_unavailable';
}

export function createSql(client: Pool | PoolClient): Sql {
  const rows = async <Row extends QueryResultRow>(text: string, values: unknown[] = []) => {
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

/** The failures after which a statement may be tried again; undefined for all others. */
export function unavailable(error: unknown): DatabaseUnavailableError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DatabaseUnavailableError) return cause;
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (SQLSTATES.test(code) || NETWORK.has(code) || DRIVER_MESSAGES.test(cause.message))
      return new DatabaseUnavailableError('the database is out of reach', { cause: error });
  }
  return undefined;
}

/**
 * Connection (08), resources (53), shutdown (57P0x), statements that gave up (waits and conflicts), and plans that a
 * change of the schema made invalid (0A000, 26000).
 */
const SQLSTATES = /^(08...|53...|57P0[1-5]|57014|55P03|40001|40P01|0A000|26000)$/;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const DRIVER_MESSAGES =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after)/;

const TIMESTAMPTZ = 1184;
/** The ORM's pool leaves timestamps as text. Microseconds are cut, so that a time reads the same wherever it comes from. */
const TYPES = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === TIMESTAMPTZ ? parseTimestamp : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};
const parseTimestamp = (text: string) => new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
