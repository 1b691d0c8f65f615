import type { RunSummary } from '#shared/contract/runs.ts';
import { formatDuration } from '#shared/events/duration.ts';
import { localTime } from './local-time.ts';
import type { Palette } from './palette.ts';
import { plainText } from './plain-text.ts';
import { type Cell, textTable } from './text-table.ts';

const HEAD = ['ID', 'STATUS', 'STARTED', 'DURATION', 'STEPS', 'SITE'];

/** `pass`, `fail`, `cancelled`, or the machine's state of a run that goes on. */
export function outcomeOf({ status, cancel, state }: RunSummary): string {
  if (status === 'fail' && cancel !== undefined) return 'cancelled';
  return status === 'running' ? plainText(state.replace(/^running\./, '')).split('.')[0]! : status;
}

const COLOURS = { pass: 'green', fail: 'red', cancelled: 'yellow', cancelling: 'yellow' } as const;

/** Runs as a table with a heading; local times. `now` in epoch ms. */
export function runTable(runs: readonly RunSummary[], palette: Palette, now: number): string[] {
  const rows = runs.map((run): Cell[] => {
    const outcome = outcomeOf(run);
    const colour = COLOURS[outcome as keyof typeof COLOURS] ?? 'cyan';
    const isOver = run.status === 'pass' || run.status === 'fail';
    const started = Date.parse(run.startedAt);
    return [
      { text: run.id },
      { text: outcome, paint: palette[colour] },
      { text: localTime(started) },
      { text: formatDuration(isOver ? run.durationMs : now - started) },
      { text: String(run.steps.length) },
      { text: plainText(run.baseUrl), paint: palette.dim },
    ];
  });
  const head = HEAD.map((text) => ({ text, paint: palette.dim }));
  return textTable([head, ...rows], new Set([3, 4]));
}
