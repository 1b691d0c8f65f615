/* The axis of a run has each state and step at its time, and leads to the event of a place. */
import { describe, expect, it } from 'vitest';
import {
  barsOf,
  seqAt,
  stepsBetween,
  ticksOf,
} from '../../../../../../services/visualiser/app/run/axis/axis.ts';
import { timeScale } from '../../../../../../services/visualiser/app/run/axis/time-scale.ts';
import { wayOf } from '../../../../../../services/visualiser/app/run/way/way.ts';
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
      ['1 goto', 'ok', 120, 320],
      ['2 click', 'interrupted', 330, 1_340],
      ['1 goto', 'failed', 1_340, 1_440],
    ]);
  });

  it('draws what has not ended until now', () => {
    const { steps, visits } = momentOf(8);
    const bars = barsOf(wayOf(visits), steps, STARTED_AT + 900);
    expect(bars.filter(({ to }) => to === STARTED_AT + 900).map(({ label, tone }) => [label, tone])).toEqual([
      ['', 'wait'],
      ['2 click', 'running'],
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

  it('names the steps of a time: the first, and the last if that is another', () => {
    const { steps } = momentOf();
    const between = (from: number, to: number) => stepsBetween(steps, STARTED_AT + from, STARTED_AT + to);
    expect(between(330, 1_340)).toBe('2 click');
    expect(between(120, 1_400)).toBe('1 goto … 1 goto');
    expect(between(0, 100)).toBe('');
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
