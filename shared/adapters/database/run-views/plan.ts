import type { Flow } from '#shared/domain/flow/flow.ts';
import type { Sql } from '../sql.ts';

/** The flow of a run as it is stored, with its secrets (I10): never to be shown. */
export const readPlan = async (sql: Sql, runId: string): Promise<Flow | undefined> =>
  (await sql.row<{ plan: Flow }>('select plan from runs where id = :runId', { runId }))?.plan;
