import { PREFIX } from '#shared/domain/events/between.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { Sql } from '../sql.ts';

/** The step of this phase that began last, as its event tells it: redacted, of bounded size. */
export async function readBegunStep(sql: Sql, runId: string, phase: StepPhase): Promise<EventStep> {
  const row = await sql.row<{ step: EventStep | null }>(
    `select payload -> 'step' as step from events where run_id = :runId and type = :type order by seq desc limit 1`,
    { runId, type: `${PREFIX[phase]}_start` },
  );
  return row?.step ?? {};
}
