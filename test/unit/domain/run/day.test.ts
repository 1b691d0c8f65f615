/* The day of a run is in its id, and the ids of one day follow all ids of the day before. */
import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addDays, dayOf, firstIdOf } from '#shared/domain/run/day.ts';

describe('the day of a run', () => {
  it('is in its id, if that has a time', () => {
    expect(dayOf('019abcde-0000-7000-8000-000000000001')).toBe('2025-11-25');
    const before = new Date().toISOString().slice(0, 10);
    const day = dayOf(randomUUIDv7());
    expect([before, new Date().toISOString().slice(0, 10)]).toContain(day);
    for (const none of [randomUUID(), 'a run', '', 'gggggggg-gggg-7ggg-8ggg-gggggggggggg'])
      expect(dayOf(none)).toBeUndefined();
  });

  it('begins with its first id, which follows all ids of the day before', () => {
    const first = firstIdOf('2026-11-26');
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-0000-0000-000000000000$/);
    expect(dayOf(`${first.slice(0, 14)}7${first.slice(15)}`)).toBe('2026-11-26');
    const last = (BigInt(`0x${first.slice(0, 13).replace('-', '')}`) - 1n).toString(16).padStart(12, '0');
    expect(dayOf(`${last.slice(0, 8)}-${last.slice(8)}-7fff-bfff-ffffffffffff`)).toBe('2026-11-25');
  });

  it('is counted on over months', () => {
    expect(addDays('2026-11-26', 5)).toBe('2026-12-01');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });
});
