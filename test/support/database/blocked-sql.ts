import { setImmediate as turn } from 'node:timers/promises';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** Statements that are never answered, and which of them have got a connection. */
export function blockedSql() {
  const begun: string[] = [];
  const never = (text: string) => {
    begun.push(text);
    return new Promise<never>(() => undefined);
  };
  const sql: Sql = { rows: never, row: never, transaction: () => never('transaction') };
  const count = (kind: string) => begun.filter((text) => text === kind).length;
  return { sql, begun, count };
}

/** More than any process has connections for. */
export const MANY = 120;

/** Asks for many statements of each kind, in turns. */
export async function askForMany<Kind extends string>(
  divided: Record<Kind, Sql>,
  kinds: readonly Kind[],
): Promise<void> {
  for (let n = 0; n < MANY; n += 1)
    // One that is refused was not sent.
    for (const kind of kinds) divided[kind].rows(kind).catch(() => undefined);
  await turn();
}
