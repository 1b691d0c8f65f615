/* Only runs that have not ended are selected, and what became of each is counted. */
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { QUEUED } from '#shared/domain/run/states.ts';
import { countFates, type Fate } from '../../../../../../services/visualiser/app/runs/selection/fates.ts';
import {
  advanced,
  extended,
  howMany,
  NOTHING_SELECTED,
  refreshed,
  type Selection,
  toggled,
  withAll,
  without,
} from '../../../../../../services/visualiser/app/runs/selection/selection.ts';

const run = (id: string, status: RunSummary['status'] = 'running') => ({ id, status }) as RunSummary;
const SHOWN = [run('a'), run('b'), run('c', 'pass'), run('d', 'cancelling'), run('e')];
const idsOf = ({ runs }: Selection) => [...runs.keys()].toSorted().join('');
const [A, B, C, D, E] = SHOWN as [RunSummary, RunSummary, RunSummary, RunSummary, RunSummary];

describe('a selection of runs', () => {
  it('takes a run in and out', () => {
    const one = toggled(NOTHING_SELECTED, A);
    expect(idsOf(one)).toBe('a');
    expect(idsOf(toggled(one, A))).toBe('');
  });

  it('is extended from the last one to another, in either direction, past those that have ended', () => {
    expect(idsOf(extended(toggled(NOTHING_SELECTED, B), E, SHOWN))).toBe('bde');
    expect(idsOf(extended(toggled(NOTHING_SELECTED, E), A, SHOWN))).toBe('abde');
  });

  it('is extended again from where it began', () => {
    const wide = extended(toggled(NOTHING_SELECTED, B), D, SHOWN);
    expect(idsOf(extended(wide, A, SHOWN))).toBe('abd');
  });

  it('begins with the run alone, and never with one that has ended', () => {
    expect(idsOf(extended(NOTHING_SELECTED, B, SHOWN))).toBe('b');
    expect(idsOf(extended(NOTHING_SELECTED, C, SHOWN))).toBe('');
    expect(idsOf(withAll(NOTHING_SELECTED, SHOWN))).toBe('abde');
  });

  it('loses the runs that end, and stays the same object while nothing of it changes', () => {
    const all = withAll(NOTHING_SELECTED, SHOWN);
    expect(refreshed(all, SHOWN)).toBe(all);
    expect(idsOf(refreshed(all, [run('a', 'fail'), run('z')]))).toBe('bde');
    expect(without(all, ['z'])).toBe(all);
    expect(refreshed(all, [{ ...D, status: 'running' }])).toBe(all);
  });

  it('knows whether it is all, some or none of what is listed', () => {
    expect(howMany(NOTHING_SELECTED, SHOWN)).toBe('none');
    expect(howMany(toggled(NOTHING_SELECTED, A), SHOWN)).toBe('some');
    expect(howMany(withAll(NOTHING_SELECTED, SHOWN), SHOWN)).toBe('all');
  });
});

it('runs that are asked about are those that are known now, and the same while none has come further', () => {
  const queued = { ...run('q'), state: QUEUED } as RunSummary;
  const started = { ...queued, state: 'running.launching' } as RunSummary;
  const later = { ...started, state: 'running.stepping.acting' } as RunSummary;
  const asked = [queued, B];
  expect(advanced(asked, [{ ...queued }, { ...B }, E])).toBe(asked);
  const known = advanced(asked, [started, { ...B }]);
  expect(known).toEqual([started, B]);
  expect(advanced(known, [later])).toBe(known);
  expect(advanced(known, [queued])).toBe(known);
  const again = { ...queued, attempt: 2 };
  expect(advanced(known, [again])).toEqual([again, B]);
  expect(advanced(known, [run('q', 'pass')])).toEqual([run('q', 'pass'), B]);
});

it('the fates of runs are counted', () => {
  const fates: Fate[] = [
    ...([{ fate: 'stopping' }, { fate: 'cancelled' }, { fate: 'cancelled' }] as const),
    ...([
      { fate: 'ended', outcome: 'pass' },
      { fate: 'refused', error: 'forbidden' },
    ] as const),
    { fate: 'unknown' },
  ];
  expect(countFates(new Map(fates.map((fate, n) => [String(n), fate])))).toEqual({
    all: 6,
    stopping: 1,
    cancelled: 2,
    ended: 1,
    failed: 2,
  });
});
