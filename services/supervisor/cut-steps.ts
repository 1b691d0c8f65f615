import { readBegunStep } from '#shared/adapters/database/runs/begun-step.ts';
import type { StepRecord } from '#shared/adapters/database/runs/transition.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import type { RunContext } from '#shared/domain/run/context.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { ReplayedEnd } from './replay-end.ts';

/** A step that had begun when its runner was lost gets the outcome that the machine gave it (I9). */
export async function withCutSteps(
  sql: Sql,
  runId: string,
  ended: ReplayedEnd,
): Promise<ReplayedEnd & { steps: StepRecord[] }> {
  const steps: StepRecord[] = [];
  const events: NewEvent[] = [];
  for (const event of ended.events) {
    const cut = isFailure(event) ? cutBy(event, ended.snapshot.context) : undefined;
    if (!isFailure(event) || !cut) {
      events.push(event);
      continue;
    }
    const step = await readBegunStep(sql, runId, cut.phase);
    events.push({ ...event, payload: { ...event.payload, step } });
    steps.push({ action: step.action ?? 'unknown', ...cut });
  }
  return { ...ended, events, steps };
}

type Failure = Extract<NewEvent, { type: 'step_failure' | 'cleanup_failure' }>;
const isFailure = (event: NewEvent): event is Failure =>
  event.type === 'step_failure' || event.type === 'cleanup_failure';

/** The outcome that this event tells of a step that was cut off. */
function cutBy(
  { type }: Failure,
  context: RunContext,
): (Omit<StepRecord, 'action'> & { phase: StepPhase }) | undefined {
  const flow = type === 'step_failure' && context.lastStep;
  const onCancel = type === 'cleanup_failure' && context.lastCleanup;
  const last = flow || onCancel;
  if (!last) return undefined;
  const { interrupted: _, begun: __, ...result } = last;
  return { phase: flow ? 'flow' : 'onCancel', ...result };
}
