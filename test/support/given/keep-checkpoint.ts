import type { Sql } from '#shared/adapters/database/sql.ts';

/** A run whose first step is done, as its records say, and of whose page a state is kept that no key opens. */
export async function keepCheckpoint(sql: Sql, runId: string): Promise<void> {
  await sql.rows(
    `insert into steps (run_id, index, epoch, action, ok) values ($1, 0, 1, 'goto', true) on conflict do nothing`,
    [runId],
  );
  await sql.rows(
    `insert into page_states (run_id, kind, attempt, done, same_until, sealed, not_carried)
     values ($1, 'fork', 1, 1, 1, 'sealed', '[{"what":"form_fields","why":"never"}]')`,
    [runId],
  );
}
