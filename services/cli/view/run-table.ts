import type { RunSummary } from '#shared/contract/runs.ts';
import { WAITING_FOR } from '#shared/contract/stopping-waits.ts';
import { formatDuration } from '#shared/events/duration.ts';
import { listedWait } from '#shared/run/listed-wait.ts';
import { outcomeOf, RUNNER_LOST } from '#shared/run/outcome.ts';
import { shortId } from '#shared/run/short-id.ts';
import { isFinal } from '#shared/run/status.ts';
import { localTime } from './local-time.ts';
import type { Palette } from './palette.ts';
import { plainText } from './plain-text.ts';
import { type Cell, textTable } from './text-table.ts';

const HEAD = ['ID', 'STATUS', 'STARTED', 'DURATION', 'STEPS', 'NAME', 'REASON'];
const [NAME, REASON] = [5, 6];
/** From here on there is room for whole ids. */
const WIDE = 140;

/** How it ended, or the machine's state of a run that goes on. */
export function standingOf(run: RunSummary): string {
  const { status, state } = run;
  if (status === 'running') return plainText(state.replace(/^running\./, '')).split('.')[0]!;
  return outcomeOf(run) ?? status;
}

const ENDED = { pass: 'green', fail: 'red', cancelled: 'yellow', lost: 'magenta' } as const;
const COLOURS = { ...ENDED, cancelling: 'yellow' } as const;

const FLOW_WAITS = {
  runner: 'waits for a runner',
  browser: 'its browser context opens',
  outcome: 'its browser context closes',
} as const;

/** What a run that goes on waits for; `in step 3 of 5` while it works through its steps. */
function waitOf(run: RunSummary): string {
  const wait = listedWait(run);
  if (wait === undefined) return '';
  if (wait === 'runner' || wait === 'browser' || wait === 'outcome') return FLOW_WAITS[wait];
  if (wait === 'steps' || wait === 'step' || wait === 'commit') {
    const { steps, stepCount, attempt = 1 } = run;
    const done = steps.filter((step) => (step.attempt ?? 1) === attempt).length;
    const now = wait === 'step' ? done + 1 : Math.max(1, done);
    return stepCount === undefined ? `in step ${now}` : `in step ${Math.min(now, stepCount)} of ${stepCount}`;
  }
  return `waits for ${WAITING_FOR[wait]}`;
}

/** What it waits for, or why it did not pass, in one line; empty for one that did. */
export function reasonOf(run: RunSummary): string {
  const { status, cancel, steps, error, stopReason = '' } = run;
  if (!isFinal(status)) return [plainText(cancel?.reason ?? ''), waitOf(run)].filter(Boolean).join(' · ');
  if (outcomeOf(run) === 'lost') return RUNNER_LOST;
  if (cancel !== undefined) return plainText(cancel.reason ?? `by ${cancel.source}`);
  if (status !== 'fail') return '';
  const failed = steps.findLast(({ ok }) => !ok)?.error;
  return plainText(failed ?? error ?? stopReason);
}

/**
 * Runs as a table with a heading; local times. `now` in epoch ms. On a screen that is too narrow for whole ids they are
 * short ones, and names and reasons are cut.
 */
export function runTable(
  runs: readonly RunSummary[],
  palette: Palette,
  now: number,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const isNarrow = width < WIDE;
  const rows = runs.map((run): Cell[] => {
    const standing = standingOf(run);
    const colour = COLOURS[standing as keyof typeof COLOURS] ?? 'cyan';
    const isOver = run.status === 'pass' || run.status === 'fail';
    const started = Date.parse(run.startedAt);
    const of = run.stepCount === undefined ? '' : `/${run.stepCount}`;
    return [
      { text: isNarrow ? shortId(run.id) : run.id },
      { text: standing, paint: palette[colour] },
      { text: localTime(started) },
      { text: formatDuration(isOver ? run.durationMs : now - started) },
      { text: `${run.steps.length}${of}` },
      { text: plainText(run.name ?? run.title ?? run.baseUrl), paint: palette.dim },
      { text: reasonOf(run), paint: palette[colour] },
    ];
  });
  const head = HEAD.map((text) => ({ text, paint: palette.dim }));
  return textTable([head, ...rows], new Set([3, 4]), { width, flexible: [REASON, NAME] });
}
