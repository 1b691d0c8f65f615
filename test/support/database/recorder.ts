import type { Sql, Values } from '#shared/adapters/database/sql.ts';

export interface Statement {
  text: string;
  values: Values;
}

/** What `run` would send to the database; each statement answers without rows. */
export async function statementsOf(run: (sql: Sql) => Promise<unknown>): Promise<Statement[]> {
  const sent: Statement[] = [];
  const note = (text: string, values: Values = {}) => void sent.push({ text, values });
  const recorder: Sql = {
    async rows(text, values) {
      note(text, values);
      return [];
    },
    async row(text, values) {
      note(text, values);
      return undefined;
    },
    transaction: (work) => work(recorder),
  };
  await run(recorder);
  return sent;
}
