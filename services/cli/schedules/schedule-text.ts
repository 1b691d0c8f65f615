/* One schedule in full, and times that are to come. */
import type { CallReply } from '#shared/api/client/index.ts';
import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { localTime } from '../view/local-time.ts';
import type { Palette } from '../view/palette.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { flowOf, occurrenceTable } from './schedule-table.ts';
import { CATCH_UP_WORDS, DST_WORDS, fromNow, OVERLAP_WORDS, scheduleState } from './words.ts';
import { zoneTime, zoneTimeWithOffset } from './zone-time.ts';

/** So many occurrences stand with it. */
const SHOWN = 10;

type Row = readonly [name: string, text: string];

/** Its settings, its next times and its last occurrences. `now` in epoch ms. */
export function scheduleLines(schedule: Schedule, palette: Palette, now: number): string[] {
  const { name, cron, timezone, last } = schedule;
  const rows = [...settingsOf(schedule), ...standingOf(schedule)];
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  const shown = last.slice(0, SHOWN);
  const more = last.length > SHOWN ? `; more: ghostly schedules occurrences ${name}` : '';
  return [
    `${palette.bold(plainText(name))}  ${plainText(cron)} in ${plainText(timezone)}`,
    ...rows.map(([label, text]) => `  ${palette.dim(label.padEnd(width))}${text}`),
    '',
    ...nextLines(schedule, now),
    '',
    ...(shown.length === 0
      ? ['No occurrence so far.']
      : [`Last occurrences${more}:`, ...occurrenceTable(shown, timezone, palette).map(indented)]),
  ];
}

function settingsOf(schedule: Schedule): Row[] {
  const { overlap, catchUp, dst, windowMs, offsetMs, timezone, startAt, endAt, start } = schedule;
  const { description, flow, pauseAfterFailures } = schedule;
  const within = catchUp.mode === 'none' ? '' : `, up to ${formatDuration(catchUp.withinMs)} late`;
  return [
    ...rowIf('about', plainText(description)),
    ['flow', `${flowOf(schedule)}${flow.version === undefined ? ', in its newest version' : ''}`],
    ...rowIf('start', Object.keys(start).length === 0 ? '' : plainJson(start)),
    ['overlap', `${overlap}: ${OVERLAP_WORDS[overlap]}`],
    ['catch-up', `${catchUp.mode}: ${CATCH_UP_WORDS[catchUp.mode]}${within}`],
    ['dst', `${dst}: ${DST_WORDS[dst]}`],
    ...rowIf(
      'window',
      windowMs === 0
        ? ''
        : `starts ${formatDuration(offsetMs)} after its times, within ${formatDuration(windowMs)}`,
    ),
    ...rowIf('not before', startAt && zoneTimeWithOffset(startAt, timezone)),
    ...rowIf('not after', endAt && zoneTimeWithOffset(endAt, timezone)),
    ...rowIf('pauses', pauseAfterFailures && `when ${pauseAfterFailures} of its runs in a row have failed`),
  ];
}

function standingOf(schedule: Schedule): Row[] {
  const { version, by, updatedAt, paused } = schedule;
  const since = paused === undefined ? '' : `, since ${localTime(Date.parse(paused.at))}`;
  const who = by === undefined ? '' : ` by ${plainText(by)}`;
  return [
    ['state', `${scheduleState(schedule)}${since}`],
    ['version', `${version}${who}, ${localTime(Date.parse(updatedAt))}`],
  ];
}

const rowIf = (label: string, text: string | number | undefined): Row[] =>
  text ? [[label, String(text)]] : [];

/** The next times, by the clock of its zone. */
export function nextLines({ next, timezone, paused }: Schedule, now: number): string[] {
  if (next.length === 0) return ['It is over: no time is to come.'];
  return [
    `Next in ${plainText(timezone)}${paused === undefined ? '' : ', left out while it is paused'}:`,
    ...next.map((time) => indented(timeLine(time, timezone, now))),
  ];
}

const timeLine = (time: string, timezone: string, now: number): string =>
  `${zoneTimeWithOffset(time, timezone)}  ${fromNow(time, now)}`;

/** Times without a schedule, with those that the clock skips. */
export const previewLines = (
  { times }: CallReply<'previewSchedule'>,
  timezone: string,
  now: number,
): string[] =>
  times.map(({ at, wall, status }) => {
    const line = timeLine(at, timezone, now);
    const what = status === 'dst_gap' ? 'left out' : 'due right after';
    return isShown(at, wall, timezone) ? line : `${line}  the clock skips ${wall.slice(-5)}: ${what}`;
  });

/** Whether the clock shows that time then; taken for granted in a zone that this machine does not know. */
function isShown(at: string, wall: string, timezone: string): boolean {
  const clock = zoneTime(at, timezone);
  return clock === wall.replace('T', ' ') || clock.endsWith(' UTC');
}

/** What a backfill starts, or would. */
export function backfillLines(
  { times, before }: CallReply<'backfillSchedule'>,
  timezone: string,
  isDryRun: boolean,
): string[] {
  const runs = times.length === 1 ? '1 run' : `${times.length} runs`;
  const had = before.length === 1 ? '1 time had' : `${before.length} times had`;
  return [
    ...(times.length === 0 ? ['nothing to start'] : [`${isDryRun ? 'would start' : 'starting'} ${runs}:`]),
    ...times.map((time) => indented(zoneTimeWithOffset(time, timezone))),
    ...(before.length === 0 ? [] : [`${had} a run before`]),
  ];
}

const indented = (line: string): string => `  ${line}`;
