/* A schedule is shown by its own clock, with its last runs and with why a time has none. */
import { describe, expect, it, test } from 'vitest';
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { occurrenceTable, scheduleTable } from '../../../../services/cli/schedules/schedule-table.ts';
import {
  backfillLines,
  nextLines,
  previewLines,
  scheduleLines,
} from '../../../../services/cli/schedules/schedule-text.ts';
import { occurrenceFate, scheduleState } from '../../../../services/cli/schedules/words.ts';
import { zoneTime, zoneTimeWithOffset } from '../../../../services/cli/schedules/zone-time.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';

const PLAIN = createPalette(false);
const NOW = Date.parse('2026-12-01T16:00:00.000Z');
const RUN = '11111111-1111-4111-8111-111111111111';

const schedule = (more: Partial<Schedule> = {}): Schedule => ({
  name: 'nightly',
  version: 1,
  cron: '30 2 * * *',
  timezone: 'Europe/Berlin',
  dst: 'after_gap',
  flow: { name: 'shop.order' },
  start: {},
  overlap: 'skip',
  catchUp: { mode: 'last', withinMs: 3_600_000 },
  windowMs: 0,
  offsetMs: 0,
  description: '',
  next: ['2026-12-02T01:30:00.000Z', '2026-12-03T01:30:00.000Z'],
  last: [],
  failures: 0,
  by: 'ann@example.com',
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
  ...more,
});
const occurrence = (more: Partial<Occurrence> = {}): Occurrence => ({
  nominalAt: '2026-12-01T01:30:00.000Z',
  kind: 'cron',
  status: 'started',
  runId: RUN,
  startedAt: '2026-12-01T01:30:01.000Z',
  outcome: 'pass',
  ...more,
});
const leftOut = (status: Occurrence['status'], reason?: string): Occurrence => ({
  nominalAt: '2026-12-01T01:30:00.000Z',
  kind: 'cron',
  status,
  ...(reason !== undefined && { reason }),
});
const PAUSED = { at: '2026-11-30T12:00:00.000Z', why: 'user', by: 'ben@example.com' } as const;

test.each([
  ['2026-12-02T01:30:00.000Z', 'Europe/Berlin', '2026-12-02 02:30 +01:00'],
  ['2026-07-02T00:30:00.000Z', 'Europe/Berlin', '2026-07-02 02:30 +02:00'],
  ['2026-12-02T00:00:00.000Z', 'UTC', '2026-12-02 00:00 +00:00'],
  ['2026-12-02T00:00:00.000Z', 'Asia/Kolkata', '2026-12-02 05:30 +05:30'],
  ['2026-12-02T01:30:00.000Z', 'Mars/Olympus', '2026-12-02 01:30 UTC'],
])('%s in %s is %s', (time, timezone, text) => {
  expect(zoneTimeWithOffset(time, timezone)).toBe(text);
  expect(zoneTime(time, timezone)).toBe(text.replace(/ [+].*/, ''));
});

describe('a list of schedules', () => {
  const row = (more: Partial<Schedule>, width?: number) =>
    scheduleTable([schedule(more)], PLAIN, NOW, width)[1];

  it('shows when each is due next by its own clock, and how its last run was', () => {
    const [head, first] = scheduleTable([schedule({ last: [occurrence()] })], PLAIN, NOW);
    expect(head).toMatch(/^NAME +PATTERN +ZONE +FLOW +NEXT +LAST +STATE$/);
    expect(first).toBe(
      'nightly  30 2 * * *  Europe/Berlin  shop.order  2026-12-02 02:30, in 9 h  pass 14 h ago  active',
    );
    expect(row({ flow: { name: 'a', version: 3 }, next: [] })).toMatch(/ a@3 +- +- +over$/);
  });

  it('shows who paused one and why, and the last run from before', () => {
    const last = [leftOut('skipped_paused'), occurrence({ outcome: 'fail' })];
    expect(row({ paused: { ...PAUSED, reason: 'shop is\u001b[2J moved' }, last })).toMatch(
      / - +fail 14 h ago +paused by ben@example\.com: shop is moved$/,
    );
  });

  it('is cut where the screen is too narrow', () => {
    const reason = 'its site moves, and the new one is not ready before Monday';
    expect(row({ paused: { ...PAUSED, reason } }, 90)).toHaveLength(90);
  });
});

test.each<[Occurrence, string]>([
  [occurrence({ outcome: 'cancelled' }), 'cancelled 14 h ago'],
  [{ ...leftOut('started'), startedAt: '2026-12-01T15:57:00.000Z' }, 'started 3 min ago'],
  [leftOut('due'), 'is about to start'],
  [leftOut('skipped_overlap'), 'left out 14 h ago: an earlier run had not ended'],
  [leftOut('skipped_catch_up'), 'left out 14 h ago: it was missed, and not made up for'],
  [leftOut('dst_gap'), 'left out 14 h ago: the clock skipped it'],
  [leftOut('failed_to_start', 'flow not found'), 'not started 14 h ago: flow not found'],
])('what became of %o is said', (of, text) => {
  expect(occurrenceFate(of, NOW)).toBe(text);
});

test.each<[Partial<Schedule>, string]>([
  [{}, 'active'],
  [{ failures: 1 }, 'active; its last run failed'],
  [{ failures: 2 }, 'active; its last 2 runs failed'],
  [{ next: [] }, 'over'],
  [{ paused: PAUSED }, 'paused by ben@example.com'],
  [{ paused: { at: PAUSED.at, why: 'user' } }, 'paused: by a user who was deleted'],
  [{ paused: { at: PAUSED.at, why: 'failures' }, failures: 3 }, 'paused: its last 3 runs failed'],
  [
    { paused: { at: PAUSED.at, why: 'rights', reason: 'its maker was deleted' } },
    'paused: its maker was deleted',
  ],
  [{ paused: { at: PAUSED.at, why: 'rights' } }, 'paused: its maker may not start runs here any more'],
])('the state of a schedule with %o is said', (more, text) => {
  expect(scheduleState(schedule(more))).toBe(text);
});

describe('a schedule in full', () => {
  const text = (more: Partial<Schedule>) => scheduleLines(schedule(more), PLAIN, NOW).join('\n');

  it('has its settings, its next times and its last occurrences, with why one did not start', () => {
    const shown = text({
      description: 'orders a mug',
      start: { inputs: { quantity: 2 } },
      windowMs: 600_000,
      offsetMs: 192_000,
      endAt: '2027-01-01T00:00:00.000Z',
      pauseAfterFailures: 3,
      last: [leftOut('skipped_overlap'), occurrence()],
    });
    expect(shown).toMatch(/^nightly {2}30 2 \* \* \* in Europe\/Berlin\n/);
    for (const line of [
      /^ {2}about +orders a mug$/m,
      /^ {2}flow +shop\.order, in its newest version$/m,
      /^ {2}start +\{"inputs":\{"quantity":2\}\}$/m,
      /^ {2}overlap +skip: a time is left out while an earlier run goes on$/m,
      /^ {2}catch-up +last: the last missed time is made up for, up to 1 h 00 m late$/m,
      /^ {2}window +starts 3 m 12 s after its times, within 10 m 00 s$/m,
      /^ {2}not after +2027-01-01 01:00 \+01:00$/m,
      /^ {2}pauses +when 3 of its runs in a row have failed$/m,
      /^ {2}state +active$/m,
      /^ {2}version +1 by ann@example\.com, 2026-/m,
      /^Next in Europe\/Berlin:\n {2}2026-12-02 02:30 \+01:00 {2}in 9 h\n {2}2026-12-03 02:30 \+01:00 {2}in 33 h$/m,
      /^ {2}2026-12-01 02:30 +pattern +skipped_overlap +an earlier run had not ended$/m,
      new RegExp(`^ {2}2026-12-01 02:30 +pattern +started +pass +${RUN}$`, 'm'),
    ])
      expect(shown).toMatch(line);
    expect(shown).not.toContain('not before');
  });

  it('has the last ten of many occurrences, and says how to see more', () => {
    const shown = text({ last: Array.from({ length: 12 }, () => occurrence()) });
    expect(shown.match(/ started /g)).toHaveLength(10);
    expect(shown).toContain('Last occurrences; more: ghostly schedules occurrences nightly:');
    expect(text({})).toMatch(/No occurrence so far\.$/);
  });

  it('says that its next times are left out while it is paused, and if it is over', () => {
    expect(text({ paused: PAUSED })).toMatch(/^ {2}state +paused by ben@example\.com, since 2026-/m);
    expect(nextLines(schedule({ paused: PAUSED }), NOW)[0]).toBe(
      'Next in Europe/Berlin, left out while it is paused:',
    );
    expect(nextLines(schedule({ next: [] }), NOW)).toEqual(['It is over: no time is to come.']);
  });
});

test('a table of occurrences has the run of each, or why there is none', () => {
  const kinds = occurrenceTable(
    [occurrence({ kind: 'manual', outcome: 'lost' }), leftOut('failed_to_start', 'two\nlines')],
    'UTC',
    PLAIN,
  );
  expect(kinds).toEqual([
    expect.stringMatching(/^TIME +WHY THEN +STATUS +OUTCOME +RUN +WHY NOT$/),
    expect.stringMatching(new RegExp(`^2026-12-01 01:30 +asked for +started +lost +${RUN}$`)),
    expect.stringMatching(/^2026-12-01 01:30 +pattern +failed_to_start +two lines$/),
  ]);
});

test('a preview says what the clock skips', () => {
  const at = (time: string, wall: string, status: 'due' | 'dst_gap' = 'due') => ({ at: time, wall, status });
  const gap = at('2027-03-28T01:00:00.000Z', '2027-03-28T02:30');
  const next = at('2027-03-29T00:30:00.000Z', '2027-03-29T02:30');
  expect(previewLines({ times: [gap, next] }, 'Europe/Berlin', NOW)).toEqual([
    '2027-03-28 03:00 +02:00  in 116 d  the clock skips 02:30: due right after',
    '2027-03-29 02:30 +02:00  in 117 d',
  ]);
  const left = previewLines({ times: [{ ...gap, status: 'dst_gap' }] }, 'Europe/Berlin', NOW);
  expect(left).toEqual(['2027-03-28 03:00 +02:00  in 116 d  the clock skips 02:30: left out']);
  expect(previewLines({ times: [next] }, 'Mars/Olympus', NOW)).toEqual(['2027-03-29 00:30 UTC  in 117 d']);
});

test('a backfill says what it starts, or would, and what had a run', () => {
  const [one, two] = ['2026-11-29T01:30:00.000Z', '2026-11-30T01:30:00.000Z'];
  expect(backfillLines({ times: [one!, two!], before: [] }, 'Europe/Berlin', true)).toEqual([
    'would start 2 runs:',
    '  2026-11-29 02:30 +01:00',
    '  2026-11-30 02:30 +01:00',
  ]);
  expect(backfillLines({ times: [one!], before: [two!] }, 'UTC', false)).toEqual([
    'starting 1 run:',
    '  2026-11-29 01:30 +00:00',
    '1 time had a run before',
  ]);
  expect(backfillLines({ times: [], before: [one!, two!] }, 'UTC', false)).toEqual([
    'nothing to start',
    '2 times had a run before',
  ]);
});
