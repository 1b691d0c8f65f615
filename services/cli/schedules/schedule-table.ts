/* A list of schedules, and of what became of their times, as tables. */
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import type { Palette } from '../view/palette.ts';
import { plainText } from '../view/plain-text.ts';
import { type TextCell, textTable } from '../view/text-table.ts';
import { fromNow, KIND_WORDS, occurrenceFate, scheduleState, whyNotStarted } from './words.ts';
import { zoneTime } from './zone-time.ts';

const HEAD = ['NAME', 'PATTERN', 'ZONE', 'FLOW', 'NEXT', 'LAST', 'STATE'];
const [FLOW, LAST, STATE] = [3, 5, 6];
const OCCURRENCE_HEAD = ['TIME', 'WHY THEN', 'STATUS', 'OUTCOME', 'RUN', 'WHY NOT'];

const COLOURS = { pass: 'green', fail: 'red', cancelled: 'yellow', lost: 'magenta' } as const;
const colourOf = ({ status, outcome }: Occurrence) =>
  outcome === undefined ? (status === 'started' || status === 'due' ? 'cyan' : 'yellow') : COLOURS[outcome];

export const flowOf = ({ flow: { name, version } }: Pick<Schedule, 'flow'>): string =>
  plainText(version === undefined ? name : `${name}@${version}`);

/** The last one that says how the schedule does: while it is paused, all others are left out for that alone. */
const lastSaid = ({ last }: Schedule): Occurrence | undefined =>
  last.find(({ status }) => status !== 'skipped_paused' && status !== 'due');

/** Schedules as a table with a heading; each next time by the clock of its zone. `now` in epoch ms. */
export function scheduleTable(
  schedules: readonly Schedule[],
  palette: Palette,
  now: number,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const rows = schedules.map((schedule): TextCell[] => {
    const { name, cron, timezone, paused } = schedule;
    const last = lastSaid(schedule);
    return [
      { text: plainText(name) },
      { text: plainText(cron) },
      { text: plainText(timezone) },
      { text: flowOf(schedule), paint: palette.dim },
      { text: nextOf(schedule, now) },
      last ? { text: occurrenceFate(last, now), paint: palette[colourOf(last)] } : { text: '-' },
      { text: scheduleState(schedule), ...(paused && { paint: palette.yellow }) },
    ];
  });
  return textTable([headOf(HEAD, palette), ...rows], new Set(), { width, flexible: [STATE, LAST, FLOW] });
}

function nextOf({ next: [next], timezone, paused }: Schedule, now: number): string {
  if (next === undefined || paused !== undefined) return '-';
  return `${zoneTime(next, timezone)}, ${fromNow(next, now)}`;
}

/** Occurrences as a table with a heading; times by the clock of their schedule's zone. */
export function occurrenceTable(
  occurrences: readonly Occurrence[],
  timezone: string,
  palette: Palette,
): string[] {
  const rows = occurrences.map((occurrence): TextCell[] => [
    { text: zoneTime(occurrence.nominalAt, timezone) },
    { text: KIND_WORDS[occurrence.kind], paint: palette.dim },
    { text: occurrence.status, paint: palette[colourOf(occurrence)] },
    { text: occurrence.outcome ?? '', paint: palette[colourOf(occurrence)] },
    { text: occurrence.runId ?? '' },
    { text: whyNotStarted(occurrence) },
  ]);
  return textTable([headOf(OCCURRENCE_HEAD, palette), ...rows], new Set());
}

const headOf = (head: readonly string[], { dim }: Palette): TextCell[] =>
  head.map((text) => ({ text, paint: dim }));
