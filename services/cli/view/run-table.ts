import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { outcomeOf } from '#shared/domain/run/outcome.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { sayListed, textIn } from '#shared/domain/words/say.ts';
import { lossOf } from '#shared/domain/words/say-stop.ts';
import { triggerText } from '#shared/domain/words/trigger/trigger-text.ts';
import { localTime } from './local-time.ts';
import type { Palette } from './palette.ts';
import { plainText } from './plain-text.ts';
import { type TextCell, textTable } from './text-table.ts';

const HEAD = ['ID', 'STATUS', 'STARTED', 'DURATION', 'STEPS', 'NAME', 'REASON'];
const [NAME, REASON] = [5, 6];
/** The width that has room for whole ids, in characters. */
const WIDE = 140;

/** How it ended, or the machine's state of a run that goes on. */
export function standingText(run: RunSummary): string {
  const { status, state } = run;
  if (status === 'running') return plainText(state.replace(/^running\./, '')).split('.')[0]!;
  return outcomeOf(run) ?? status;
}

const ENDED = { pass: 'green', fail: 'red', cancelled: 'yellow', lost: 'magenta' } as const;
const COLOURS = { ...ENDED, cancelling: 'yellow' } as const;

/** What it waits for, or why it did not pass, in one line; empty for one that did. */
export function reasonOf(run: RunSummary): string {
  const { by, sources, failures } = englishWords;
  const { status, cancel, steps, error, stopReason = '' } = run;
  if (!isFinal(status)) {
    const parts = [cancel?.reason ?? '', sayListed(run, englishWords) ?? ''];
    return parts.map(plainText).filter(Boolean).join(' · ');
  }
  if (outcomeOf(run) === 'lost') return lossOf(cancel?.verdict, englishWords);
  if (cancel !== undefined)
    return plainText(
      cancel.reason ?? by(cancel.user?.email ?? textIn(sources, cancel.source, cancel.source)),
    );
  if (status !== 'fail') return '';
  const failed = steps.findLast(({ ok }) => !ok)?.error;
  return plainText(failed ?? error ?? textIn(failures, stopReason, stopReason));
}

/** What it is called, or else the named flow that it is of; and which schedule has started it. */
function nameOf({ name, flow, title, baseUrl, trigger }: RunSummary): string {
  const called = name ?? (flow === undefined ? (title ?? baseUrl) : `${flow.name}@${flow.version}`);
  return trigger === undefined ? called : `${called} (${triggerText(trigger)})`;
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
  const rows = runs.map((run): TextCell[] => {
    const standing = standingText(run);
    const colour = COLOURS[standing as keyof typeof COLOURS] ?? 'cyan';
    const isOver = run.status === 'pass' || run.status === 'fail';
    const started = Date.parse(run.startedAt);
    const of = run.stepCount === undefined ? '' : `/${run.stepCount}`;
    return [
      { text: isNarrow ? shortId(run.id) : run.id },
      { text: standing, paint: palette[colour] },
      { text: localTime(started) },
      { text: formatDuration(isOver ? run.durationMs : now - started) },
      { text: `${run.steps.filter(({ carried }) => !carried).length}${of}` },
      { text: plainText(nameOf(run)), paint: palette.dim },
      { text: reasonOf(run), paint: palette[colour] },
    ];
  });
  const head = HEAD.map((text) => ({ text, paint: palette.dim }));
  return textTable([head, ...rows], new Set([3, 4]), { width, flexible: [REASON, NAME] });
}
