/* The places of the guards of runs that wait for a person, as in `places.ts`. */
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

const CANCELLED_PARKED = 'I3: a run was parked whose cancel was recorded';
const WENT_ON = 'I3: a run went on, or ended by its time, whose cancel was recorded';
const KEPT_BY_LOST = 'I2: a page was kept by an owner that had lost the run';
const PARKED_OWNED = 'I2: a run was taken for a parked one that has an owner';
const BEFORE_TIME = 'a wait for a person was over before its time';
const PARK_PLACE = ['parkRun.epoch', 'parkRun.lastSeq', 'parkRun.lease', 'schema.eventOnce'];

export const NEEDED_OF_PERSONS: Record<string, Needed> = {
  'parkRun.lease': ['askedSilent', 'I2: parked after the lease was over'],
  'unparkOver.uncancelled': ['askedOver', WENT_ON],
  'recordAnswer.uncancelled': ['asked', 'I3: an answer was taken of a run whose cancel was recorded'],
  'recordAnswer.attempt': ['askedAgain', 'an answer was taken to the question of another attempt'],
  'recordAnswer.goesOn': ['askedSilent', 'an answer was taken of a run that had lost its owner'],
  'recordAnswer.inTime': ['askedCalm', 'an answer was taken after its time'],
  'recordAnswer.first': ['askedAgain', 'a second answer was taken'],
  'keep.epoch': ['askedDoubtful', KEPT_BY_LOST],
  'keep.lease': ['askedSilent', 'I2: a page was kept after the lease was over'],
};

export const MASKED_OF_PERSONS: Masked[] = [
  [
    'claim.unparked',
    ['schema.parkedUnowned'],
    'askedCalm',
    'a parked run was claimed whose person has time left',
  ],
  ['expireQueued.unparked', ['supervisor.judge'], 'askedCalm', 'a parked run was ended by its queue timeout'],
  ['parkRun.owner', PARK_PLACE, 'askedDead', NOT_STORED],
  ['parkRun.epoch', ['parkRun.lastSeq', 'schema.eventOnce'], 'askedDoubtful', NOT_STORED],
  ['parkRun.lastSeq', ['parkRun.epoch', 'schema.eventOnce'], 'askedDoubtful', NOT_STORED],
  ...masked(
    ['parkRun.live', 'parkRun.running'],
    [...PARK_PLACE, 'parkRun.owner', ...ONCE_FINAL],
    'askedDoubtful',
    FINAL_CHANGED,
  ),
  ['parkRun.uncancelled', ['schema.cancelledStays'], 'asked', CANCELLED_PARKED],
  [
    'parkStale.owned',
    ['supervisor.judge', 'parkStale.stale'],
    'askedCalm',
    'a queued run was ended as stale',
  ],
  ...masked(
    ['parkStale.epoch', 'parkStale.lastSeq'],
    ['parkStale.owned', 'parkStale.stale', 'schema.eventOnce'],
    'askedSupervisors',
    NOT_STORED,
  ),
  ...masked(
    ['parkStale.live', 'parkStale.running'],
    [
      ...['parkStale.owned', 'parkStale.epoch', 'parkStale.lastSeq', 'parkStale.stale'],
      ...['parkStale.uncancelled', 'parkStale.mayWait', 'parkStale.kept', ...ONCE_FINAL],
    ],
    'askedSupervisors',
    FINAL_CHANGED,
  ),
  ['parkStale.stale', ['supervisor.judge'], 'askedCalm', TAKEN_ALIVE],
  ['parkStale.uncancelled', ['schema.cancelledStays'], 'askedSupervisors', CANCELLED_PARKED],
  ['parkStale.mayWait', ['supervisor.judge'], 'askedSilent', 'a run was parked that waits for nobody'],
  [
    'parkStale.kept',
    ['supervisor.judge'],
    'askedSilent',
    'a run was parked, and what it needs to go on is not kept',
  ],
  ['expireParked.unowned', ['supervisor.judge', 'expireParked.personOver'], 'askedCalm', PARKED_OWNED],
  ...masked(
    ['expireParked.epoch', 'expireParked.lastSeq', 'expireParked.live', 'expireParked.running'],
    ONCE_FINAL,
    'askedSupervisors',
    FINAL_CHANGED,
  ),
  ['expireParked.uncancelled', ['schema.cancelWins'], 'askedCancel', ENDED_UNCANCELLED],
  ['expireParked.personOver', ['supervisor.judge'], 'askedCalm', BEFORE_TIME],
  ['unparkOver.unowned', ['supervisor.judge', 'unparkOver.personOver'], 'askedCalm', PARKED_OWNED],
  ...masked(
    ['unparkOver.epoch', 'unparkOver.lastSeq', 'unparkOver.running'],
    ['unparkOver.uncancelled', 'schema.finalStays'],
    'askedOver',
    FINAL_CHANGED,
  ),
  ['unparkOver.personOver', ['supervisor.judge'], 'askedCalm', BEFORE_TIME],
  [
    'recordAnswer.running',
    ['recordAnswer.asks', 'recordAnswer.uncancelled', 'schema.finalStays'],
    'asked',
    FINAL_CHANGED,
  ],
  [
    'recordAnswer.asks',
    ['recordAnswer.inTime'],
    'askedCalm',
    'an answer was taken that nobody had asked for',
  ],
  ['keep.owner', ['keep.epoch', 'keep.lease'], 'askedDead', KEPT_BY_LOST],
  ['keep.running', ['keep.lease'], 'askedDoubtful', 'a page was kept of a run that is over'],
  [
    'schema.parkedUnowned',
    ['claim.unparked'],
    'askedCalm',
    'a parked run was claimed whose person has time left',
  ],
];
