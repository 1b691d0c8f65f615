/* A dry run says who would end the run, by which states and by when. */
import { expect, it } from 'vitest';
import type { SupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import { store } from '#shared/domain/run/snapshot.ts';
import { dryRunOf } from '../../../../services/gateway/cancel/dry-run.ts';
import { ACTING, machineOf, OWNER, START } from '../../../support/model/cancel-history.ts';

const TIMING = { overdue: 14_500, sweep: 1_000 };
const run = (more: Partial<SupervisedRun> = {}): SupervisedRun => ({
  id: 'run',
  userId: 'user',
  projectId: 'project',
  status: 'running',
  state: 'running.stepping.acting',
  owner: OWNER,
  epoch: 1,
  lastSeq: 3,
  snapshot: store(machineOf(ACTING)),
  stale: false,
  onRunnerLoss: 'fail',
  attempt: 1,
  traceparent: null,
  claimedAt: null,
  heartbeatAt: null,
  leaseOver: false,
  overdue: false,
  sessionGone: false,
  browserClosed: false,
  returned: false,
  queueOver: false,
  parkEnd: null,
  isKept: false,
  now: new Date(START + 1_000),
  cancel: undefined,
  ...more,
});

it('a run with a live owner would be stopped by it, within the grace budget', () => {
  expect(dryRunOf(run(), 'graceful', TIMING)).toMatchObject({
    status: 'cancelling',
    from: 'running.stepping.acting',
    path: ['cancelling.aborting', 'cancelling.closing', 'fail'],
    withinMs: 2_500,
  });
});

it.each([{ leaseOver: true }, { sessionGone: true }])(
  'a run whose owner is lost would be ended as stale: %j',
  (lost) => {
    expect(dryRunOf(run(lost), 'graceful', TIMING)).toEqual({
      status: 'cancelled',
      stale: true,
      from: 'running.stepping.acting',
      path: ['fail'],
      onCancelSteps: 0,
      withinMs: 1_000,
    });
  },
);

it('a queued run would be ended by a supervisor', () => {
  const queued = run({ owner: null, snapshot: store(machineOf([])) });
  expect(dryRunOf(queued, 'force', TIMING)).toMatchObject({
    status: 'cancelling',
    from: 'running.queued',
    path: ['fail'],
    withinMs: 1_000,
  });
});

it('a cancel that is recorded but not delivered yet counts: a repeat does not soften it', () => {
  const recorded = run({ cancel: { source: 'user', mode: 'force' } });
  expect(dryRunOf(recorded, 'graceful', TIMING).path).toEqual(['cancelling.closing', 'fail']);
});

it('a machine that this gateway cannot read has no path but its end, within the time that a cancel may take', () => {
  expect(dryRunOf(run({ snapshot: { version: 99 } }), 'graceful', TIMING)).toEqual({
    status: 'cancelling',
    from: 'running',
    path: ['fail'],
    onCancelSteps: 0,
    withinMs: 14_500,
  });
});
