import { toJsonb } from '../json.ts';
import type { Sql } from '../sql.ts';

export interface LateReport {
  runId: string;
  epoch: number;
  owner: string;
  browserClosed: boolean;
  result: Record<string, unknown>;
}

/** Keeps what a fenced owner still had to say. It changes nothing about the run. */
export async function recordLateResult(sql: Sql, report: LateReport): Promise<void> {
  await sql.rows(
    `insert into late_results (run_id, epoch, owner, browser_closed, result) select :runId, :epoch, :owner, :browserClosed, :result
     where exists (select from runs where id = :runId)`,
    {
      runId: report.runId,
      epoch: report.epoch,
      owner: report.owner,
      browserClosed: report.browserClosed,
      result: toJsonb(report.result),
    },
  );
}
