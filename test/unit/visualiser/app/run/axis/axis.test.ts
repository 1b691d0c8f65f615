import { describe, expect, it } from 'vitest';
import type { StepSpan } from '#shared/domain/story/history.ts';
import {
  barsOf,
  picturesOn,
  seqAt,
  ticksOf,
} from '../../../../../../services/visualiser/app/run/axis/axis.ts';
import { timeScale } from '../../../../../../services/visualiser/app/run/axis/time-scale.ts';
import { wayOf } from '../../../../../../services/visualiser/app/run/chart/way.ts';
import { CANCELLED_RUN, momentOf, STARTED_AT } from '../../../../../support/model/stored-run.ts';

const scale = timeScale([STARTED_AT, ...CANCELLED_RUN.map(({ time }) => time)]);
const placeOf = (ms: number) => scale.at(STARTED_AT + ms);

describe('the axis of a run', () => {
  it('has a bar for each stop and each step, named where no step is drawn over it', () => {
    const { steps, visits } = momentOf();
    const bars = barsOf(wayOf(visits), steps, STARTED_AT + 1_500);
    expect(
      bars.map(({ label, tone, from, to }) => [label, tone, from - STARTED_AT, to - STARTED_AT]),
    ).toEqual([
      ['queued', 'wait', 0, 10],
      ['launching', 'wait', 10, 110],
      ['', 'wait', 110, 1_330],
      ['aborting', 'rung', 1_330, 1_340],
      ['', 'rung', 1_340, 1_440],
      ['closing', 'rung', 1_440, 1_500],
      ['1', 'ok', 120, 320],
      ['2', 'interrupted', 330, 1_340],
      ['1', 'failed', 1_340, 1_440],
    ]);
  });

  it('draws what has not ended until now', () => {
    const { steps, visits } = momentOf(8);
    const bars = barsOf(wayOf(visits), steps, STARTED_AT + 900);
    expect(bars.filter(({ to }) => to === STARTED_AT + 900).map(({ label, tone }) => [label, tone])).toEqual([
      ['', 'wait'],
      ['2', 'running'],
    ]);
  });

  it('leads from a place to the last event there, or before it, or just ahead of it', () => {
    const at = (ms: number, snap = 0) => seqAt(CANCELLED_RUN, scale, placeOf(ms), snap);
    expect(at(0)).toBe(0);
    expect(at(60)).toBe(1);
    // Two events at 120 ms: it is the moment after both.
    expect(at(121)).toBe(4);
    expect(at(1_000)).toBe(8);
    expect(at(1_320, 0.02)).toBe(10);
    expect(at(1_500)).toBe(16);
  });

  it('shows as many pictures as stand beside each other, the last of them always', () => {
    const step = (ms: number): StepSpan => ({
      index: ms,
      phase: 'flow',
      attempt: 1,
      outcome: 'ok',
      step: {},
      began: { seq: ms, at: 0 },
      ended: { seq: ms, at: ms },
      picture: `run/${ms}.png`,
    });
    const even = timeScale([0, 250, 500, 750, 1_000]);
    const shown = (times: number[], width: number) =>
      picturesOn(even, times.map(step), { width, picture: 100 }).map(({ path, left }) => [path, left]);
    expect(shown([100, 500, 1_000], 1_000)).toEqual([
      ['run/100.png', 50],
      ['run/500.png', 450],
      ['run/1000.png', 900],
    ]);
    expect(shown([100, 120, 500, 960, 1_000], 1_000)).toEqual([
      ['run/100.png', 50],
      ['run/500.png', 450],
      ['run/1000.png', 900],
    ]);
    // Zoomed in, there is room for more.
    expect(shown([100, 120, 500, 960, 1_000], 8_000)).toHaveLength(5);
    const { picture: _, ...without } = step(5);
    expect(picturesOn(even, [without], { width: 500, picture: 100 })).toEqual([]);
  });

  it('tells round times, apart from each other, and none within a pause', () => {
    const labels = (times: number[], width: number) =>
      ticksOf(timeScale(times), width, 72).map(({ label }) => label);
    expect(labels([0, 500, 1_000], 400)).toEqual(['0 s', '0.2 s', '0.4 s', '0.6 s', '0.8 s']);
    const paused = labels([0, 1_000, 2_000, 3_602_000, 3_603_000, 3_604_000], 900);
    expect(paused[0]).toBe('0 s');
    expect(paused.at(-1)).toMatch(/^1:00:0[34]$/);
    expect(paused.length).toBeLessThan(13);
    expect(labels([7], 400)).toEqual(['0 s']);
  });
});
