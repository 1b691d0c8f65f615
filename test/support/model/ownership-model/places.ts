/*
 * Where each guard has its place: what breaks without it alone; or which others refuse the same, and what it keeps when
 * those are gone; or why nothing hangs on it.
 */
import { CANCEL_PROOF, SESSION_PROOF } from './guards.ts';
import { MASKED_OF_PERSONS, NEEDED_OF_PERSONS } from './person-places.ts';
import {
  ENDED_UNCANCELLED,
  FINAL_CHANGED,
  type Masked,
  masked,
  type Needed,
  NOT_STORED,
  ONCE_FINAL,
  TAKEN_ALIVE,
} from './place.ts';
import type { ScenarioName } from './scenarios.ts';

const LOST_OWNER = 'I2: commit of an owner that had lost the run';
const QUEUED_OWNED = 'I2: a run was ended as queued that has an owner';
const WRONG_SOURCE = "I3: a user's cancel was recorded, and run_end names";
const BROWSER_OPEN = 'I8: the run was taken at the end of its lease, and the browser of its owner is open';
const STARTED_UNASKED = 'a run was started again that did not ask for it';
const CANCELLED_AGAIN = 'I3: a run was started again whose cancel was recorded';

/** Without it alone, this breaks. */
export const NEEDED: Record<string, Needed> = {
  'recordCancel.holder': ['leaving', 'I2: a runner that had lost the run cancelled it when it left'],
  'claim.unowned': ['key', 'I2: a run was claimed that has an owner'],
  'claim.uncancelled': ['queue', 'I3: a run was started whose cancel was recorded'],
  'commit.lease': ['leaving', 'I2: commit after the lease was over'],
  'commit.outcome': ['cancel', `${WRONG_SOURCE} shutdown`],
  'commit.outcome.source': ['cancel', `${WRONG_SOURCE} shutdown`],
  'returnUnstarted.lease': ['unstartedTwice', 'I2: return after the lease was over'],
  'heartbeat.epoch': ['lateClaim', 'I2: heartbeat of an owner that had lost the run'],
  'heartbeat.lease': ['leaving', 'I2: heartbeat after the lease was over'],
  'finaliseStale.cancelSeen': ['silent', `${WRONG_SOURCE} supervisor`],
  ...NEEDED_OF_PERSONS,
  'schema.oneOfKey': ['key', 'I2: two runs of one key have an owner'],
  'owner.gate': ['steps', 'I2: began a second effect after it had lost the run'],
  'owner.fencesItself': ['leaving', BROWSER_OPEN],
  'owner.recognisesOwnCommit': ['doubtful', NOT_STORED],
  'owner.leavesWhatItCloses': [
    'sameOwner',
    'I2: a runner started a run again whose last browser it still closes',
  ],
  'supervisor.sweepsQueued': ['queue', 'I5: without a further fault this run can never become final'],
};

/** Nothing breaks without it, since others refuse the same. Without those, it is what keeps this promise. */
export const MASKED: Masked[] = [
  ['recordCancel.live', ['schema.finalStays'], 'silent', FINAL_CHANGED],
  ['claim.running', ['schema.finalStays'], 'key', FINAL_CHANGED],
  ['commit.owner', ['commit.epoch', 'commit.lastSeq', 'schema.eventOnce'], 'again', LOST_OWNER],
  ['commit.epoch', ['commit.lastSeq', 'schema.eventOnce'], 'lateClaim', LOST_OWNER],
  ['commit.lastSeq', ['schema.eventOnce'], 'doubtful', NOT_STORED],
  ['commit.live', ['commit.lease', 'commit.lastSeq', ...ONCE_FINAL], 'doubtful', FINAL_CHANGED],
  ...masked(
    ['returnUnstarted.owner', 'returnUnstarted.epoch', 'returnUnstarted.lastSeq'],
    ['schema.eventOnce'],
    'unstartedTwice',
    NOT_STORED,
  ),
  ...masked(
    ['returnUnstarted.live', 'returnUnstarted.running'],
    [
      ...['returnUnstarted.owner', 'returnUnstarted.epoch', 'returnUnstarted.lastSeq'],
      ...['returnUnstarted.lease', ...ONCE_FINAL],
    ],
    'unstartedTwice',
    FINAL_CHANGED,
  ),
  [
    'returnUnstarted.uncancelled',
    ['schema.cancelledStays'],
    'unstarted',
    'I3: a run was put back whose cancel was recorded',
  ],
  ['heartbeat.owner', ['heartbeat.epoch'], 'again', 'I2: heartbeat of an owner that had lost the run'],
  ['finaliseStale.owned', ['supervisor.judge'], 'shortQueue', 'a queued run was ended as stale'],
  ['finaliseStale.lastSeq', ['schema.eventOnce'], 'leaving', NOT_STORED],
  ...masked(
    ['finaliseStale.epoch', 'finaliseStale.live'],
    ['finaliseStale.lastSeq', ...ONCE_FINAL],
    'supervisors',
    FINAL_CHANGED,
  ),
  ['finaliseStale.stale', ['supervisor.judge'], 'dead', TAKEN_ALIVE],
  [SESSION_PROOF, ['supervisor.judge'], 'dead', TAKEN_ALIVE],
  [CANCEL_PROOF, ['supervisor.judge', 'gateway.recordsFirst'], 'dead', TAKEN_ALIVE],
  [
    'requeueStale.owned',
    ['supervisor.judge', 'requeueStale.stale'],
    'calm',
    'a queued run was ended as stale',
  ],
  ...masked(
    ['requeueStale.epoch', 'requeueStale.lastSeq'],
    ['requeueStale.stale', 'requeueStale.may', 'schema.eventOnce'],
    'cancelAgain',
    NOT_STORED,
  ),
  ['requeueStale.may', ['supervisor.judge'], 'dead', STARTED_UNASKED],
  ['requeueStale.may.unbegun', ['supervisor.judge'], 'dead', STARTED_UNASKED],
  [
    'requeueStale.may.unreturned',
    ['supervisor.judge'],
    'twiceUnasked',
    'a run was put back twice that did not ask for it',
  ],
  ['requeueStale.may.askedFor', ['supervisor.judge'], 'dead', STARTED_UNASKED],
  ['requeueStale.may.once', ['supervisor.judge'], 'twice', 'I5: a run was started a third time'],
  ['requeueStale.stale', ['supervisor.judge'], 'calm', TAKEN_ALIVE],
  ['requeueStale.uncancelled', ['schema.cancelledStays'], 'leaving', CANCELLED_AGAIN],
  ...masked(
    ['requeueStale.live', 'requeueStale.running', 'requeueStale.epoch', 'requeueStale.lastSeq'],
    ['requeueStale.uncancelled', 'schema.cancelledStays', ...ONCE_FINAL],
    'cancelAgain',
    FINAL_CHANGED,
  ).slice(0, 2),
  ['cancelQueued.unowned', ['supervisor.judge'], 'dead', QUEUED_OWNED],
  ['cancelQueued.cancelled', ['supervisor.judge'], 'shortQueue', 'a run was cancelled without a request'],
  ...masked(
    ['cancelQueued.epoch', 'cancelQueued.lastSeq', 'cancelQueued.live', 'cancelQueued.running'],
    ONCE_FINAL,
    'queue',
    FINAL_CHANGED,
  ),
  ...masked(['expireQueued.unowned', 'expireQueued.epoch'], [], 'key', QUEUED_OWNED),
  ...masked(
    ['expireQueued.lastSeq', 'expireQueued.live', 'expireQueued.running'],
    ['expireQueued.epoch', ...ONCE_FINAL],
    'queue',
    FINAL_CHANGED,
  ),
  ['expireQueued.uncancelled', ['schema.cancelWins'], 'queue', ENDED_UNCANCELLED],
  [
    'expireQueued.queueOver',
    ['supervisor.judge'],
    'shortQueue',
    'a run was ended by its queue timeout before it',
  ],
  ...MASKED_OF_PERSONS,
  // The schema: a second line, for statements that forgot a guard.
  ['schema.finalStays', ['recordCancel.live'], 'silent', FINAL_CHANGED],
  ['schema.cancelledStays', ['requeueStale.uncancelled'], 'leaving', CANCELLED_AGAIN],
  ['schema.cancelWins', ['expireQueued.uncancelled'], 'queue', ENDED_UNCANCELLED],
  ['schema.eventOnce', ['commit.lastSeq'], 'doubtful', NOT_STORED],
  [
    'schema.oneRunEnd',
    [
      ...['cancelQueued.epoch', 'cancelQueued.lastSeq', 'cancelQueued.live', 'cancelQueued.running'],
      ...['schema.finalStays', 'schema.eventOnce'],
    ],
    'queue',
    FINAL_CHANGED,
  ],
  // The same owner claims again while its last actor closes.
  ['owner.releasesByIdentity', ['owner.leavesWhatItCloses'], 'sameOwner', BROWSER_OPEN],
  ['supervisor.judge', ['finaliseStale.stale'], 'dead', TAKEN_ALIVE],
  ['gateway.recordsFirst', ['supervisor.judge', CANCEL_PROOF], 'dead', TAKEN_ALIVE],
];

/** Nothing of all this hangs on it; why it is there all the same. */
export const HARMLESS: [guard: string, why: string, ScenarioName][] = [
  ['claim.queueOpen', 'a run is not started after its queue time, though nothing would break', 'key'],
  ['claim.keyFree', 'it spares the tries that the index of keys would refuse', 'key'],
  ['returnUnstarted.once', 'the machine itself goes back once', 'unstarted'],
  [
    'schema.claimOnce',
    'a claim that comes twice takes no run of which nobody would know until its lease is over',
    'doubtful',
  ],
  ['schema.cancellingOnlyFails', 'the machine knows no other way out of cancelling', 'silent'],
  ['owner.learnsByCommit', 'an owner learns of a cancel earlier', 'silent'],
  ['owner.learnsByHeartbeat', 'an owner learns of a cancel earlier', 'silent'],
];
