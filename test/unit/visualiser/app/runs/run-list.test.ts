/* New and changed runs come to their place in the list, and nothing else is drawn anew. */
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import {
  durationOf,
  standingOf,
  stepsDone,
} from '../../../../../services/visualiser/app/kit/standing/standing.ts';
import { anchoredScroll, rowsOnScreen } from '../../../../../services/visualiser/app/kit/table/window.ts';
import { countNew, overlaps, withPage } from '../../../../../services/visualiser/app/runs/run-list.ts';

const START = Date.parse('2026-11-25T12:00:00.000Z');
const run = (n: number, more: Partial<RunSummary> = {}): RunSummary => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  status: 'running',
  state: 'running.queued',
  startedAt: new Date(START + n * 1_000).toISOString(),
  durationMs: 0,
  baseUrl: 'http://127.0.0.1:1',
  project: '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350',
  steps: [],
  ...more,
});
const runs = (...numbers: number[]) => numbers.map((n) => run(n));
const ids = (list: readonly RunSummary[]) => list.map(({ id }) => Number(id.slice(-4)));

describe('the list of runs', () => {
  it('takes new ones in by their time, newest first', () => {
    expect(ids(withPage(runs(3, 2), runs(5, 4, 3), { first: true }))).toEqual([5, 4, 3, 2]);
    expect(ids(withPage(runs(3, 2), runs(1, 0), { last: true }))).toEqual([3, 2, 1, 0]);
  });

  it('has the oldest first, where that is its order', () => {
    const oldest = { oldest: true };
    expect(ids(withPage(runs(1, 3), runs(1, 2, 4), { ...oldest, first: true }))).toEqual([1, 2, 4]);
    expect(ids(withPage(runs(1, 2), runs(3, 4), { ...oldest, last: true }))).toEqual([1, 2, 3, 4]);
    expect(ids(withPage(runs(1, 2, 3, 4), runs(1, 3), { ...oldest, first: true }))).toEqual([1, 3, 4]);
  });

  it('counts what came in above what was shown, and nothing where all is new', () => {
    const known = new Set(runs(3, 2).map(({ id }) => id));
    expect(countNew(runs(5, 4, 3, 2), known)).toBe(2);
    expect(countNew(runs(3, 2, 1), known)).toBe(0);
    expect(countNew(runs(9, 8), known)).toBe(0);
  });

  it('replaces what has changed, and keeps the objects of what has not', () => {
    const known = runs(3, 2);
    const ended = run(3, { status: 'pass', state: 'pass' });
    const list = withPage(known, [ended, run(2)], { first: true });
    expect(list[0]).toEqual(ended);
    expect(list[1]).toBe(known[1]);
  });

  it('is the same list if nothing has changed, so that nothing is drawn again', () => {
    const known = runs(3, 2, 1);
    expect(withPage(known, runs(3, 2), { first: true })).toBe(known);
  });

  it('loses what has left the range of a page, such as a run that does not fit its filter any more', () => {
    expect(ids(withPage(runs(4, 3, 2, 1), runs(4, 2), { first: true }))).toEqual([4, 2, 1]);
    expect(ids(withPage(runs(4, 3, 2, 1), runs(3, 1)))).toEqual([4, 3, 1]);
    expect(ids(withPage(runs(4, 3), [], { first: true, last: true }))).toEqual([]);
    expect(ids(withPage(runs(4, 3), [], { last: true }))).toEqual([4, 3]);
  });

  it('keeps runs of the same ms as the end of a page: the next page may have them', () => {
    const [newer, older] = [run(2), { ...run(1), startedAt: run(2).startedAt }];
    // The gateway orders by microseconds.
    expect(withPage([newer, older, run(0)], [run(3), older], { first: true })).toContain(newer);
    expect(withPage([run(3), older, run(0)], [newer, run(0)])).toContain(older);
  });

  it('knows whether there are runs between it and a page', () => {
    expect(overlaps(runs(2, 1), runs(4, 3))).toBe(false);
    expect(overlaps(runs(3, 2), runs(4, 3))).toBe(true);
  });
});

describe('a run of the list', () => {
  it('takes time until it is final', () => {
    expect(durationOf(run(0), START + 500)).toBe(500);
    expect(durationOf(run(0, { status: 'fail', durationMs: 70 }), START + 500)).toBe(70);
    expect(durationOf(run(9), START)).toBe(0);
  });

  it('has done the steps of its latest attempt', () => {
    const step = (index: number, attempt: number, ok = true) => ({ index, action: 'click', ok, attempt });
    expect(stepsDone(run(0, { attempt: 2, steps: [step(0, 1), step(1, 1, false), step(0, 2)] }))).toEqual({
      done: 1,
      failed: false,
    });
    const steps = [step(0, 1), step(1, 1, false)];
    expect(stepsDone(run(0, { status: 'fail', steps }))).toEqual({ done: 1, failed: true });
  });

  it('has not failed by an optional step, and is done with it once it has passed', () => {
    const steps = [
      { index: 0, action: 'click', ok: false },
      { index: 1, action: 'click', ok: true },
    ];
    expect(stepsDone(run(0, { steps }))).toEqual({ done: 1, failed: false });
    expect(stepsDone(run(0, { status: 'pass', steps }))).toEqual({ done: 2, failed: false });
  });

  it.each<[string, RunSummary['cancel']]>([
    ['was cancelled', { source: 'user', requestedAt: '2026-11-25T12:00:00.000Z' }],
    ['lost its runner', { source: 'supervisor', stale: true }],
  ])('the step that was interrupted when a run %s has not failed', (_, cancel) => {
    const steps = [{ index: 0, action: 'click', ok: false, error: 'interrupted: the run ended' }];
    expect(stepsDone(run(0, { status: 'fail', cancel, steps }))).toEqual({ done: 0, failed: false });
  });

  it.each<[Partial<RunSummary>, string]>([
    [{}, 'queued'],
    [{ state: 'running.launching' }, 'running'],
    [{ status: 'cancelling' }, 'cancelling'],
    [{ status: 'pass' }, 'pass'],
    [{ status: 'fail' }, 'fail'],
    [{ status: 'fail', cancel: { source: 'user', requestedAt: '2026-11-25T12:00:00.000Z' } }, 'cancelled'],
    [{ status: 'fail', cancel: { source: 'supervisor', stale: true } }, 'lost'],
  ])('stands as one word says: %o', (more, standing) => {
    expect(standingOf(run(0, more))).toBe(standing);
  });
});

describe('the rows on screen', () => {
  it('are few, however many there are', () => {
    expect(rowsOnScreen(5_000, { scrollTop: 0, height: 480, rowHeight: 48 })).toEqual({ start: 0, end: 16 });
    expect(rowsOnScreen(5_000, { scrollTop: 48_000, height: 480, rowHeight: 48 })).toEqual({
      start: 994,
      end: 1_016,
    });
    expect(rowsOnScreen(3, { scrollTop: 9_999, height: 480, rowHeight: 48 })).toEqual({ start: 0, end: 3 });
    expect(rowsOnScreen(0, { scrollTop: 0, height: 480, rowHeight: 48 })).toEqual({ start: 0, end: 0 });
  });

  it('stay where they are when others come in above them, unless the list is at its top', () => {
    expect(anchoredScroll(480, 48, 'a', 10, ['x', 'y', ...Array(10).fill('-'), 'a'])).toBe(576);
    expect(anchoredScroll(0, 48, 'a', 0, ['x', 'a'])).toBe(0);
    expect(anchoredScroll(480, 48, 'gone', 10, ['x'])).toBe(480);
  });
});
