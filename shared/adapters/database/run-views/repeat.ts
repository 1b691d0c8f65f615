import type { Flow } from '#shared/domain/flow/flow.ts';
import type { Sql } from '../sql.ts';

/** A run as it was posted, to be started again. Its flow comes with its secrets (I10): never to be shown. */
export interface RepeatableRun {
  projectId: string;
  plan: Partial<Flow>;
  /** How it was asked to be treated. */
  options: Record<string, unknown>;
  /** Who wrote its secrets: another user who repeats a run has to give them anew. */
  userId: string;
  /** The named flow that it was started from, in which version. */
  flowName: string | null;
  flowVersion: number | null;
}

export const readRepeatable = (sql: Sql, runId: string): Promise<RepeatableRun | undefined> =>
  sql.row<RepeatableRun>(
    'select user_id as "userId", project_id as "projectId", plan, options, flow_name as "flowName", flow_version as "flowVersion" from runs where id = :runId',
    { runId },
  );
