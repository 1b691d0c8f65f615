/* Runs are listed within the width of the terminal, with ids whole or short, and with how each stands. */
import { expect, test } from 'vitest';
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';
import { reasonOf, runTable, standingText } from '../../../../services/cli/view/run-table.ts';

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
  [
    { status: 'fail', state: 'fail', cancel: { source: 'user', requestedAt: '2026-01-01T10:00:00.000Z' } },
    'cancelled',
  ],
  [{ status: 'fail', state: 'fail', cancel: { source: 'supervisor', stale: true } }, 'lost'],
])('a run with %o is shown as %s', (more, standing) => {
  expect(standingText(run(more))).toBe(standing);
});

test('a run that goes on is as old as it is now, one that has ended took its time', () => {
  const now = Date.parse('2026-01-01T10:02:03.000Z');
  const [, going, ended] = runTable(
    [run({}), run({ status: 'pass', durationMs: 1_500, baseUrl: 'http://x\x1b[31m.test' })],
    createPalette(false),
    now,
  );
  expect(going).toMatch(
    /^11111111-\S+ {2}stepping {2}\S+ \S+ {2}2 m 03 s {6}0 {2}http:\/\/shop\.test +in step 1$/,
  );
  expect(ended).toMatch(/ pass .* 1\.5 s {6}0 {2}http:\/\/x\.test$/);
});

const OUTAGE = { from: '2026-01-01T10:00:00.000Z', to: '2026-01-01T10:00:19.000Z' };
const VERDICT = { why: 'lease_expired', epoch: 1, browser: 'unknown' } as const;
const step = (index: number, error?: string) => ({ index, action: 'click', ok: error === undefined, error });

test.each<[Partial<RunSummary>, string]>([
  [{ status: 'pass' }, ''],
  [{ state: 'running.queued' }, 'waits for a runner'],
  [{ state: 'running.queued', owner: 'x' }, 'its browser context opens'],
  [{ state: 'running.launching' }, 'its browser context opens'],
  [{ steps: [step(0)], stepCount: 5 }, 'in step 2 of 5'],
  [{ steps: [] }, 'in step 1'],
  [{ attempt: 2, steps: [{ ...step(0), attempt: 1 }], stepCount: 5 }, 'in step 1 of 5'],
  [{ state: 'running.stepping.checkpoint', steps: [step(0)], stepCount: 5 }, 'in step 1 of 5'],
  [{ state: 'running.settling' }, 'its browser context closes'],
  [{ state: 'a state of another version' }, ''],
  [
    { status: 'cancelling', state: 'cancelling.closing', owner: 'x' },
    'waits for its browser context to close',
  ],
  [
    { status: 'cancelling', state: 'running.stepping.acting', owner: 'x' },
    'waits for its runner to take the request',
  ],
  [{ status: 'fail', steps: [step(0), step(1, 'click #buy:\n\x1b[31mtimed out')] }, 'click #buy: timed out'],
  [
    { status: 'fail', error: 'no runner took the run in time', stopReason: 'queue_timeout' },
    'no runner took the run in time',
  ],
  [{ status: 'fail', stopReason: 'deadline' }, 'It had reached the longest time that it may take.'],
  [{ status: 'fail', stopReason: 'of_tomorrow' }, 'of_tomorrow'],
  [
    { status: 'cancelling', state: 'running.queued', cancel: { source: 'user', reason: 'wrong site' } },
    'wrong site · waits for a supervisor to end it: no runner has it',
  ],
  [
    { status: 'fail', cancel: { source: 'supervisor', verdict: { ...VERDICT, outage: OUTAGE } } },
    'PostgreSQL was out of reach',
  ],
  [
    {
      status: 'fail',
      cancel: { source: 'user', requestedAt: OUTAGE.from, user: { id: 'x', email: 'a@b.test' } },
    },
    'by a@b.test',
  ],
  [
    { status: 'fail', cancel: { source: 'shutdown', requestedAt: '2026-01-01T10:00:00.000Z' } },
    'by a runner that shut down',
  ],
  [{ status: 'fail', cancel: { source: 'supervisor', stale: true } }, 'its runner was lost'],
])('the reason of a run with %o is %j', (more, reason) => {
  expect(reasonOf(run(more))).toBe(reason);
});

test('the number of all steps is shown, where it is known', () => {
  const [head, first] = runTable([run({ steps: [step(0)], stepCount: 5 })], createPalette(false), 0);
  expect(head).toMatch(/ STEPS {2}NAME +REASON$/);
  expect(first).toContain(' 1/5  http');
});

test('a run that a schedule has started is listed with that, and for when', () => {
  const trigger = { schedule: 'nightly', nominalAt: '2026-12-01T02:30:00.000Z', kind: 'cron' } as const;
  const flow = { name: 'check', version: 3 };
  const [, first] = runTable([run({ flow, trigger, status: 'pass' })], createPalette(false), 0);
  expect(first).toMatch(/ check@3 \(schedule nightly, 2026-12-01T02:30Z\)$/);
});

test.each([80, 100, 120, 160])(
  'on a screen of %i columns no line is longer, and ids are whole or short',
  (width) => {
    const failed = run({
      status: 'fail',
      durationMs: 3_723_000,
      stepCount: 25,
      baseUrl: `http://${'long.'.repeat(30)}test`,
      steps: [step(0, `click ${'#very-long '.repeat(20)}`)],
    });
    const lines = runTable(
      [failed, run({})],
      createPalette(false),
      Date.parse('2026-01-01T10:02:03.000Z'),
      width,
    );
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(width);
    expect(lines[1]).toMatch(
      width < 140 ? /^11111111 {2}fail/ : /^11111111-1111-4111-8111-111111111111 {2}fail/,
    );
    expect(lines[1]).toContain('…');
  },
);
