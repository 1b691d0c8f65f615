import type { z } from 'zod';
import { readPlan } from '#shared/adapters/database/run-views/plan.ts';
import { readSupervisedRun, type SupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { dryRunReply } from '#shared/api/contract/cancel/cancel.ts';
import { executedSteps } from '#shared/domain/flow/executed-steps.ts';
import { type CancelMode, isFinal } from '#shared/domain/run/status.ts';
import type { Timing } from '#shared/platform/config/timing.ts';
import { RequestError } from '../http/errors.ts';
import { simulateCancel } from './simulate-cancel.ts';
import { readStored } from './stored-machine.ts';

export interface DryRunDeps {
  sql: Sql;
  timing: Pick<Timing, 'overdue' | 'sweep'>;
}

type DryRun = z.output<typeof dryRunReply>;

/** What a cancel would do now, from the stored snapshot alone: nothing is recorded or sent. */
export function createDryRun({ sql, timing }: DryRunDeps) {
  return async function dryRun(id: string, mode: CancelMode): Promise<DryRun> {
    const run = await readSupervisedRun(sql, id, { overdueMs: timing.overdue, byCancel: true });
    if (!run) throw new RequestError('not_found');
    if (isFinal(run.status)) throw new RequestError('run_final');
    const reply = { ok: true, id, dryRun: true, ...dryRunOf(run, mode, timing) } as const;
    return reply.step ? { ...reply, step: await describeStep(sql, id, reply.step.index) } : reply;
  };
}

type DryRunAnswer = Omit<DryRun, 'ok' | 'id' | 'dryRun'>;

/** Pure. A run without a live actor is not walked through its states: a supervisor ends it. */
export function dryRunOf(run: SupervisedRun, mode: CancelMode, timing: DryRunDeps['timing']): DryRunAnswer {
  const at = run.now.getTime();
  const machine = readStored(run.snapshot);
  const hardest = run.cancel?.mode === 'force' ? 'force' : mode;
  const walk =
    machine && simulateCancel(machine, { source: run.cancel?.source ?? 'user', mode: hardest, at });
  const from = walk?.from ?? run.status;
  const ended = { from, path: ['fail'], onCancelSteps: 0, withinMs: timing.sweep };
  if (run.owner !== null && (run.leaseOver || run.sessionGone))
    return { status: 'cancelled', stale: true, ...ended };
  if (run.owner === null) return { status: 'cancelling', ...ended };
  // Its owner wrote it by a machine that this gateway does not know.
  if (!walk) return { status: 'cancelling', ...ended, withinMs: timing.overdue };
  const { path, interrupts, onCancelSteps, overAt } = walk;
  return {
    status: 'cancelling',
    from,
    path,
    ...(interrupts !== undefined && { step: { index: interrupts, action: 'unknown', atomic: false } }),
    onCancelSteps,
    withinMs: Math.max(0, overAt - at),
  };
}

async function describeStep(sql: Sql, runId: string, index: number) {
  const plan = await readPlan(sql, runId);
  const step = plan?.steps && executedSteps(plan)[index];
  return { index, action: step?.action ?? 'unknown', atomic: step?.atomic === true };
}
