/* The same seed always gives the same runs and faults, and ten seeds give every kind of them. */
import { describe, expect, it } from 'vitest';
import { createSchedule, FLOW_KINDS } from './schedule.ts';
import { readSeeds } from './seeds.ts';

const SIZE = { forMs: 60_000, runs: 200, faults: 60 };

describe('the random schedule', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(createSchedule(7, SIZE)).toEqual(createSchedule(7, SIZE));
    expect(createSchedule(8, SIZE)).not.toEqual(createSchedule(7, SIZE));
  });

  it('is data in the order of time, with as many runs and faults as were asked for', () => {
    const { actions, faults } = createSchedule(1, SIZE);
    expect(JSON.parse(JSON.stringify({ actions, faults }))).toEqual({ actions, faults });
    for (const times of [actions, faults].map((list) => list.map(({ at }) => at)))
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(actions.filter(({ do: what }) => what === 'start')).toHaveLength(SIZE.runs);
    expect(faults).toHaveLength(SIZE.faults);
  });

  it('has every kind of flow, of action and of fault in ten seeds', () => {
    const ten = readSeeds('1-10').map((seed) => createSchedule(seed, SIZE));
    const actions = ten.flatMap((one) => one.actions);
    const kinds = actions.map((action) => (action.do === 'start' ? `start ${action.flow}` : action.do));
    const hits = ten
      .flatMap(({ faults }) => faults)
      .map((fault) => ('how' in fault ? `${fault.what} ${fault.how}` : fault.what));
    expect(new Set(kinds)).toEqual(
      new Set([
        ...FLOW_KINDS.map((flow) => `start ${flow}`),
        ...['cancel', 'dryRun', 'read', 'peek', 'bulk', 'watch', 'list', 'subscribe', 'person'],
      ]),
    );
    expect(new Set(hits)).toEqual(
      new Set([
        ...['kill', 'pause', 'terminate', 'browser', 'lostAnswer'],
        ...['cut', 'sever', 'delay', 'halfOpen', 'deaf', 'hold'],
        ...['postgres kill', 'postgres restart', 'nats kill', 'nats restart', 'nats wipe'],
      ]),
    );
  });

  it('reads lists of seeds', () => {
    expect(readSeeds('3, 17,5-7')).toEqual([3, 17, 5, 6, 7]);
    expect(() => readSeeds('1-')).toThrow('not a list of seeds');
  });
});
