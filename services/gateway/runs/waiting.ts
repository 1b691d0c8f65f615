import { QUEUED_FOR, type RunDetail } from '#shared/contract/runs.ts';
import type { WaitingRow } from '#shared/database/run-views/waiting.ts';

/** What a queued run waits for, as older clients know it. Pure. */
export function queuedFor(labels: readonly string[], row: WaitingRow): RunDetail['waiting'] {
  const { someRunner, fittingRunner, ableRunner, holder } = row;
  if (!someRunner) return { code: 'no_runner', for: QUEUED_FOR.no_runner };
  if (!fittingRunner) {
    const text = QUEUED_FOR.no_fitting_runner;
    return {
      code: 'no_fitting_runner',
      for: text.replace('its labels', `its labels (${labels.join(', ')})`),
    };
  }
  const code = !ableRunner ? 'runner_unavailable' : holder ? 'concurrency_key' : 'runner';
  return { code, for: QUEUED_FOR[code] };
}
