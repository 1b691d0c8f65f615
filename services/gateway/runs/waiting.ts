import { QUEUED_FOR, type RunDetail } from '#shared/contract/runs.ts';
import type { RunRow } from '#shared/database/run-views/row.ts';
import { readWaiting, type WaitingRow } from '#shared/database/run-views/waiting.ts';
import type { Sql } from '#shared/database/sql.ts';

type Waiting = RunDetail['waiting'];

/** What a queued run waits for; nothing of another one. */
export async function readWaitingFor(sql: Sql, run: RunRow, leaseMs: number): Promise<Waiting> {
  const isQueued = run.owner === null && run.shownStatus === 'running';
  return isQueued ? queuedFor(run.runnerLabels, await readWaiting(sql, run, leaseMs)) : undefined;
}

/** Pure. */
function queuedFor(labels: readonly string[], row: WaitingRow): Waiting {
  const { someRunner, fittingRunner, ableRunner, keyHeld } = row;
  if (!someRunner) return { code: 'no_runner', for: QUEUED_FOR.no_runner };
  if (!fittingRunner) {
    const text = QUEUED_FOR.no_fitting_runner;
    return {
      code: 'no_fitting_runner',
      for: text.replace('its labels', `its labels (${labels.join(', ')})`),
    };
  }
  const code = !ableRunner ? 'runner_unavailable' : keyHeld ? 'concurrency_key' : 'runner';
  return { code, for: QUEUED_FOR[code] };
}
