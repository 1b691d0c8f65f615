/* A run's outcome is the same by its row and by its `run_end`. */
import { expect, test } from 'vitest';
import { outcomeOf, outcomeOfEnd } from '#shared/domain/run/outcome.ts';

const requestedAt = '2026-01-01T10:00:00.000Z';

test.each([
  [{ status: 'running' }, undefined],
  [{ status: 'cancelling', cancel: { requestedAt } }, undefined],
  [{ status: 'pass' }, 'pass'],
  [{ status: 'fail' }, 'fail'],
  [{ status: 'fail', cancel: { requestedAt, source: 'user' } }, 'cancelled'],
  [{ status: 'fail', cancel: { requestedAt, source: 'shutdown' } }, 'cancelled'],
  [{ status: 'fail', cancel: { source: 'supervisor' } }, 'lost'],
] as const)('the outcome of a run with %o is %s', (run, outcome) => {
  expect(outcomeOf(run)).toBe(outcome);
});

test.each([
  [{ status: 'pass' }, 'pass'],
  [{ status: 'fail' }, 'fail'],
  [{ status: 'fail', cancelled: true, source: 'user' }, 'cancelled'],
  [{ status: 'fail', cancelled: true, source: 'user', staleAfterRestart: true }, 'cancelled'],
  [{ status: 'fail', cancelled: true, source: 'shutdown', staleAfterRestart: true }, 'cancelled'],
  [{ status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true }, 'lost'],
] as const)('a run_end with %o tells the outcome %s', (end, outcome) => {
  expect(outcomeOfEnd(end)).toBe(outcome);
});
