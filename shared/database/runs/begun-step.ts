import type { Sql } from '../sql.ts';

/** The step that began last, as its event tells it: redacted, of bounded size. */
export async function readBegunStep(sql: Sql, runId: string): Promise<Record<string, unknown>> {
  const row = await sql.row<{ step: Record<string, unknown> | null }>(
    `select payload -> 'step' as step from events where run_id = $1 and type = 'step_start' order by seq desc limit 1`,
    [runId],
  );
  return row?.step ?? {};
}
