/* I2, I3, I5: each combination of facts settles what becomes of a run, and an owner with a lease is left alone. */
import { describe, expect, it } from 'vitest';
import { ON_RUNNER_LOSS, STATUSES } from '#shared/domain/run/status.ts';
import { type Decision, decide } from '../../../services/supervisor/decide.ts';

type Facts = Parameters<typeof decide>[0];
type Case = { [Fact in keyof Facts]: Facts[Fact] } & { byCancel: boolean };
/** What is not named may be either way. */
type Row = [when: { [Fact in keyof Case]?: unknown }, then: string];

const CANCEL = { source: 'user', mode: 'graceful' };
const FINAL: Row[] = [
  [{ status: 'pass' }, 'final'],
  [{ status: 'fail' }, 'final'],
];
const QUEUED: Row[] = [
  [{ owner: null, cancel: CANCEL }, 'cancelQueued'],
  [{ owner: null, cancel: undefined, parkEnd: 'expireParked' }, 'expireParked'],
  [{ owner: null, cancel: undefined, parkEnd: 'unpark' }, 'unpark'],
  [{ owner: null, cancel: undefined, parkEnd: null, queueOver: true }, 'expireQueued'],
  [{ owner: null, cancel: undefined, parkEnd: null, queueOver: false }, 'leave'],
];
/** Whether the run may be requeued, instead of ending. */
const AGAIN = { status: 'running', cancel: undefined };
const OWNED_LOST: Row[] = [
  [{ leaseOver: true, sessionGone: true }, 'owner_gone'],
  [{ leaseOver: true, sessionGone: false }, 'lease_expired'],
  [{ leaseOver: false, sessionGone: true, cancel: CANCEL, byCancel: true }, 'owner_gone'],
  [{ leaseOver: false, sessionGone: false, overdue: true }, 'overdue'],
  [{ leaseOver: false, sessionGone: true, byCancel: false, overdue: true }, 'overdue'],
  [{ leaseOver: false, sessionGone: true, byCancel: true, cancel: undefined, overdue: true }, 'overdue'],
];
const OWNED_HELD: Row[] = [
  [{ leaseOver: false, sessionGone: false, overdue: false }, 'leave'],
  [{ leaseOver: false, sessionGone: true, byCancel: false, overdue: false }, 'leave'],
  [{ leaseOver: false, sessionGone: true, byCancel: true, cancel: undefined, overdue: false }, 'leave'],
];
const isRequeued = (given: Case) =>
  matches(given, AGAIN) &&
  ((NOT_BEGUN.includes(given.state) && !given.returned) ||
    matches(given, { onRunnerLoss: 'requeue', attempt: 1 }));
/** It waits for a person, and what it needs to go on elsewhere is kept. */
const isParked = (given: Case) =>
  matches(given, AGAIN) && given.isKept && [ASKING, LAUNCHING].includes(given.state);
const givenBack = (given: Case): Decision['kind'] => {
  if (isParked(given)) return 'park';
  return isRequeued(given) ? 'requeue' : 'finaliseStale';
};
const ownedRows = (given: Case): Row[] => [
  ...OWNED_LOST.map(([when, why]): Row => [when, `${givenBack(given)}: ${why}`]),
  ...OWNED_HELD,
];

const ASKING = 'running.stepping.asking';
/** A run that was parked has something kept here, too. */
const LAUNCHING = 'running.launching';
const NOT_BEGUN = ['running.queued', LAUNCHING];
const STATES_OF: Partial<Record<Facts['status'], string[]>> = {
  running: [...NOT_BEGUN, 'running.stepping.acting', ASKING],
};

const EITHER = [false, true];
/** Only what has no owner is parked, and only what has one needs something kept. */
const parkedOrKept = (owner: string | null) =>
  owner === null
    ? ([null, 'expireParked', 'unpark'] as const).map((parkEnd) => ({ parkEnd, isKept: false }))
    : EITHER.map((isKept) => ({ parkEnd: null, isKept }));
const ALL: Case[] = STATUSES.flatMap((status) =>
  (STATES_OF[status] ?? [status]).flatMap((state) =>
    [null, 'me'].flatMap((owner) =>
      [undefined, CANCEL].flatMap((cancel) =>
        EITHER.flatMap((leaseOver) =>
          EITHER.flatMap((overdue) =>
            EITHER.flatMap((sessionGone) =>
              EITHER.flatMap((queueOver) =>
                EITHER.flatMap((byCancel) =>
                  ON_RUNNER_LOSS.flatMap((onRunnerLoss) =>
                    [1, 2].flatMap((attempt) =>
                      EITHER.flatMap((returned) =>
                        parkedOrKept(owner).map((kept) => ({
                          status,
                          state,
                          owner,
                          cancel,
                          leaseOver,
                          overdue,
                          sessionGone,
                          queueOver,
                          byCancel,
                          onRunnerLoss,
                          attempt,
                          returned,
                          ...kept,
                        })),
                      ),
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
);

const brief = (judgement: Decision) =>
  'why' in judgement ? `${judgement.kind}: ${judgement.why}` : judgement.kind;
const rowsOf = (given: Case) =>
  given.status === 'pass' || given.status === 'fail'
    ? FINAL
    : given.owner === null
      ? QUEUED
      : ownedRows(given);
const matches = (given: Case, when: Row[0]) =>
  Object.entries(when).every(([fact, value]) => given[fact as keyof Case] === value);

describe('judge', () => {
  it('I5: decides each of all combinations as its table says, which has one row for each', () => {
    expect(ALL).toHaveLength(17_920);
    for (const given of ALL) {
      const rows = rowsOf(given).filter(([when]) => matches(given, when));
      const { byCancel, ...facts } = given;
      expect(
        rows.map(([, then]) => then),
        JSON.stringify(given),
      ).toEqual([brief(decide(facts, byCancel))]);
    }
  });

  it('I3, I5: requeues a run only once where nothing has begun, once more where it was asked for, and never after a recorded cancel', () => {
    const again = ALL.filter(({ byCancel, ...facts }) => decide(facts, byCancel).kind === 'requeue');
    expect(again.length).toBeGreaterThan(0);
    for (const given of again) expect(isRequeued(given)).toBe(true);
  });

  it('I2: leaves an owner whose lease holds alone, however silent, unless its session is gone', () => {
    const held = ALL.filter(
      ({ owner, status, leaseOver, overdue, sessionGone }) =>
        owner !== null &&
        (status === 'running' || status === 'cancelling') &&
        !leaseOver &&
        !overdue &&
        !sessionGone,
    );
    for (const { byCancel, ...facts } of held) expect(decide(facts, byCancel)).toEqual({ kind: 'leave' });
  });
});
