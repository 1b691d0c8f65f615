import type { Flow } from '#shared/flow/flow.ts';
import type { Sql } from '../sql.ts';

/** The flows of these runs as they are stored, each once, with their secrets (I10): never to be shown. */
export async function readPlans(sql: Sql, runIds: string[]): Promise<Flow[]> {
  const rows = await sql.rows<{ plan: string }>(READ_PLANS, [runIds]);
  return rows.map(({ plan }) => JSON.parse(plan));
}

const READ_PLANS = `select distinct plan::text as plan from runs where id = any ($1::uuid[])`;
