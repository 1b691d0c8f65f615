import { expect, test } from 'vitest';
import type { RunSummary } from '#shared/contract/runs.ts';
import { createPalette } from '../../../services/cli/view/palette.ts';
import { outcomeOf, runTable } from '../../../services/cli/view/run-table.ts';

const run = (more: Partial<RunSummary>): RunSummary => ({
  id: '11111111-1111-4111-8111-111111111111',
  status: 'running',
  state: 'running.stepping.acting',
  startedAt: '2026-01-01T10:00:00.000Z',
  durationMs: 0,
  baseUrl: 'http://shop.test',
  project: '22222222-2222-4222-8222-222222222222',
  steps: [],
  ...more,
});

test.each<[Partial<RunSummary>, string]>([
  [{ state: 'running.queued' }, 'queued'],
  [{ state: 'running.stepping.acting' }, 'stepping'],
  [{ status: 'cancelling', state: 'cancelling.aborting' }, 'cancelling'],
  [{ status: 'pass', state: 'pass' }, 'pass'],
  [{ status: 'fail', state: 'fail' }, 'fail'],
  [{ status: 'fail', state: 'fail', cancel: { source: 'user' } }, 'cancelled'],
])('a run with %o is shown as %s', (more, outcome) => {
  expect(outcomeOf(run(more))).toBe(outcome);
});

test('a run that goes on is as old as it is now, one that has ended took its time', () => {
  const now = Date.parse('2026-01-01T10:02:03.000Z');
  const [, going, ended] = runTable(
    [run({}), run({ status: 'pass', durationMs: 1_500, baseUrl: 'http://x\x1b[31m.test' })],
    createPalette(false),
    now,
  );
  expect(going).toMatch(/^11111111-\S+ {2}stepping {2}\S+ \S+ {2}2 m 03 s {6}0 {2}http:\/\/shop\.test$/);
  expect(ended).toMatch(/ pass .* 1\.5 s {6}0 {2}http:\/\/x\.test$/);
});
