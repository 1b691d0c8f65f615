import assert from 'node:assert/strict';
import type { RunDetail } from '#shared/api/client/index.ts';

/** How runs ended, in words; with the reasons of those that failed. */
export function endsOf(runs: readonly RunDetail[]): string {
  const counts = new Map<string, number>();
  for (const run of runs) {
    const outcome = run.status === 'pass' ? 'passed' : `failed (${reasonOf(run)})`;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const parts = [...counts].map(([outcome, count]) => `${count} ${outcome}`);
  return `${runs.length} runs, all final: ${parts.join(', ')}`;
}

/** The same, of runs that all have to have passed. */
export function passed(runs: readonly RunDetail[]): string {
  const words = endsOf(runs);
  assert(
    runs.every(({ status }) => status === 'pass'),
    words,
  );
  return words;
}

const reasonOf = ({ steps = [], error, stopReason, cancel }: RunDetail): string =>
  error ?? steps.find(({ ok }) => !ok)?.error ?? stopReason ?? `cancelled by ${cancel?.source}`;
