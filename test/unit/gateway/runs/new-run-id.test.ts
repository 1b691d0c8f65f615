/* The id of a run tells its day, and differs early enough from that of the next run for people. */
import { expect, it } from 'vitest';
import { dayOf } from '#shared/domain/run/day.ts';
import { newRunId, withinItsDay } from '../../../../services/gateway/runs/new-run-id.ts';

const beginningOf = (id: string) => id.slice(0, 8);
/** UUIDv7 of a time. */
const idOf = (time: string) => {
  const hex = Date.parse(time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-0123456789ab`;
};

it('runs that follow each other have ids that differ in their first eight characters', () => {
  const ids = Array.from({ length: 1_000 }, newRunId);
  expect(new Set(ids.map(beginningOf)).size).toBe(1_000);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it.each(['2026-11-26T00:00:00.000Z', '2026-11-26T12:34:56.789Z', '2026-11-26T23:59:59.999Z'])(
  'ids tell the day of a run of %s, wherever in it they are',
  (time) => {
    const ids = Array.from({ length: 2_000 }, (_, nth) => withinItsDay(idOf(time), nth));
    expect(new Set(ids.map(dayOf))).toEqual(new Set(['2026-11-26']));
    expect(new Set(ids.map((id) => id.slice(13)))).toEqual(new Set([idOf(time).slice(13)]));
  },
);

it('the id of the later of two runs that begin alike is higher', () => {
  const [earlier, later] = ['2026-11-26T09:00:00Z', '2026-11-26T09:01:00Z'].map((time) =>
    withinItsDay(idOf(time), 7),
  );
  expect(beginningOf(earlier!)).toBe(beginningOf(later!));
  expect(earlier! < later!).toBe(true);
});
