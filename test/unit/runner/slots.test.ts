/* A runner has as many slots as its cores and memory allow, or as its operator says. */
import { describe, expect, it } from 'vitest';
import { slotsOf } from '../../../services/runner/slots.ts';

const GIB = 2 ** 30;
const auto = (cores: number, gib: number) => slotsOf('auto', { cores, memory: gib * GIB });

describe('the slots of a runner', () => {
  it('are two for each core', () => {
    expect(auto(2, 23)).toEqual({ count: 4, from: '2 for each of 2 cores' });
    expect(auto(8, 16)).toEqual({ count: 16, from: '2 for each of 8 cores' });
  });

  it('are at least one, also with a part of a core', () => {
    expect(auto(1.5, 8)).toEqual({ count: 3, from: '2 for each of 1.5 cores' });
    expect(auto(0.25, 8)).toEqual({ count: 1, from: '2 for each of 0.25 cores' });
  });

  it('are no more than one for each GiB of memory', () => {
    expect(auto(8, 4)).toEqual({ count: 4, from: '1 for each of 4 GiB of memory' });
  });

  it('are as many as the memory that the machine is sold with', () => {
    expect(auto(2, 3.8).count).toBe(4);
  });

  it('are at least one', () => {
    expect(auto(4, 0.25)).toEqual({ count: 1, from: '1 for each of 1 GiB of memory' });
  });

  it('are what the operator says', () => {
    expect(slotsOf(7, { cores: 2, memory: GIB })).toEqual({ count: 7, from: 'RUNNER_SLOTS' });
  });

  it('are chosen for this machine', () => {
    expect(slotsOf('auto').count).toBeGreaterThan(0);
    expect(slotsOf('auto').count).toBeLessThanOrEqual(1_000);
  });
});
