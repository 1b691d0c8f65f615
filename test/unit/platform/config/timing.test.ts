/* I4, I8: lease and grace leave time for every rung of a cancel, and for a fenced owner to close its browser. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf } from '#shared/domain/run/budget.ts';
import { timingOf } from '#shared/platform/config/timing.ts';

const timing = (leaseMs: number, graceMs: number) =>
  timingOf({ GHOSTLY_LEASE_MS: leaseMs, GHOSTLY_CANCEL_GRACE_MS: graceMs });
/** Every pair that the configuration lets pass. */
const allowed = fc
  .integer({ min: 100, max: 86_400_000 })
  .chain((lease) => fc.tuple(fc.constant(lease), fc.integer({ min: 10, max: Math.floor(0.3 * lease) })));

describe('the timing that follows from lease and grace', () => {
  it('is, by default, a heartbeat of 2 s, a fence at 6 s and a sweep each second', () => {
    expect(timing(10_000, 2_500)).toEqual({
      lease: 10_000,
      heartbeat: 2_000,
      fence: 6_000,
      silent: 5_000,
      grace: 2_500,
      overdue: 14_500,
      sweep: 1_000,
    });
  });

  it('sweeps more often than a short lease ends', () => {
    expect(timing(400, 100).sweep).toBe(400);
  });

  it('I8: leaves a fenced owner its grace to close the browser before the lease ends', () => {
    fc.assert(
      fc.property(allowed, ([leaseMs, graceMs]) => {
        const { fence, grace, lease, heartbeat } = timing(leaseMs, graceMs);
        expect(fence + grace).toBeLessThan(lease);
        expect(2 * heartbeat).toBeLessThan(fence);
      }),
    );
  });

  it('I4: gives the rungs of a cancel rising deadlines, the last at the grace budget', () => {
    fc.assert(
      fc.property(allowed, ([leaseMs, graceMs]) => {
        const { abort, close, kill } = budgetOf({ leaseMs, graceMs });
        expect(abort).toBeGreaterThan(0);
        expect(close).toBeGreaterThan(abort);
        expect(kill).toBeGreaterThan(close);
        expect(kill).toBe(graceMs);
        expect(kill).toBeLessThan(timing(leaseMs, graceMs).overdue);
      }),
    );
  });
});
