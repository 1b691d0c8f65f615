/* A run that was stored by any released version can be restored, cancelled and ended as stale. */
import { describe, expect, it } from 'vitest';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { restore, stateOf, store } from '#shared/domain/run/snapshot.ts';
import { apply, CANCEL, type TestEvent } from '../../../support/database/runs.ts';
import { readSnapshotFixtures, snapshotsByState } from '../../../support/database/snapshot-fixtures.ts';
import { pathOf, restingStates } from '../../../support/model/machine-states.ts';

const STALE: TestEvent = { type: 'STALE', at: 2_000, source: 'supervisor' };
const fixtures = readSnapshotFixtures();
const present = fixtures.filter(({ version }) => version === MACHINE_VERSION);

/** Where CANCEL and STALE lead from each state. */
const LEADS: Record<string, [cancel: string, stale: string]> = {
  'running.queued': ['fail', 'fail'],
  'running.launching': ['cancelling.aborting', 'fail'],
  'running.stepping.checkpoint': ['cancelling.aborting', 'fail'],
  'running.stepping.acting': ['cancelling.finishing', 'fail'],
  'running.stepping.asking': ['cancelling.aborting', 'fail'],
  'running.stepping.yielding': ['cancelling.aborting', 'fail'],
  'running.stepping.paused': ['cancelling.aborting', 'fail'],
  'running.stepping.parking': ['cancelling.closing', 'fail'],
  'running.parked': ['fail', 'fail'],
  'running.settling': ['cancelling.closing', 'fail'],
  'cancelling.finishing': ['cancelling.finishing', 'fail'],
  'cancelling.aborting': ['cancelling.aborting', 'fail'],
  'cancelling.cleaning': ['cancelling.cleaning', 'fail'],
  'cancelling.closing': ['cancelling.closing', 'fail'],
  'cancelling.killing': ['cancelling.killing', 'fail'],
  pass: ['pass', 'pass'],
  fail: ['fail', 'fail'],
};

describe('the stored snapshots of every released version', () => {
  it('there is one for every state of the present version', () => {
    expect(present.map(({ state }) => state).toSorted()).toEqual(restingStates().map(pathOf).toSorted());
    expect(Object.keys(LEADS).toSorted()).toEqual(restingStates().map(pathOf).toSorted());
  });

  it.each(fixtures)('v$version $state restores with its actors, and CANCEL and STALE lead on', (fixture) => {
    const restored = restore(fixture.stored);
    expect(stateOf(restored)).toBe(fixture.state);
    const invoked = restored._nodes.flatMap(({ invoke }) => invoke.map(({ id }) => id));
    expect(Object.keys(restored.children).toSorted()).toEqual(invoked.toSorted());
    expect([CANCEL, STALE].map((received) => stateOf(apply(restored, received)))).toEqual(
      LEADS[fixture.state],
    );
  });

  it('are what the machine still writes: a change of their shape needs a new version', () => {
    const today = snapshotsByState();
    for (const { state, stored } of present) expect(store(today.get(state)!)).toEqual(stored);
  });
});
