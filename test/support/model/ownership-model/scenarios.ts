import type { Bounds } from './world.ts';

/** Small worlds, each about one question. Together they reach each guard; each takes a fraction of a second. */
export const SCENARIOS = {
  /** Every fault against one run and its cancel, but statements that come late. */
  cancel: { steps: 1, atMost: 1, faults: ['kill', 'pause', 'lostAnswer', 'cut', 'hang', 'drain'] },
  /** A runner that sleeps between the steps of a run. */
  steps: { steps: 2, gateways: 0, atMost: 1, faults: ['pause'] },
  /** Two supervisors that loaded the run at different times. */
  supervisors: { steps: 1, supervisors: 2, atMost: 1, faults: ['kill', 'cut'] },
  /** Owners that are silent, dead or leave, with a cancel. */
  silent: { steps: 1, atMost: 2, faults: ['hang', 'kill'] },
  /** The least of it, for what a supervisor would do without judgement. */
  dead: { steps: 1, atMost: 1, faults: ['kill'] },
  calm: { steps: 1, gateways: 0, requeue: true, atMost: 0 },
  /** Answers that are lost, statements that arrive when nobody waits for them any more. */
  doubtful: { steps: 1, gateways: 0, atMost: 2, faults: ['lostAnswer', 'lateStatement'] },
  /** A lost run that starts again on another runner. */
  again: {
    steps: 1,
    owners: 2,
    gateways: 0,
    requeue: true,
    atMost: 1,
    faults: ['kill', 'pause', 'lateStatement'],
  },
  /** The same, with a cancel and two supervisors. */
  cancelAgain: { steps: 1, supervisors: 2, requeue: true, atMost: 1, faults: ['cut'] },
  /** A runner that sleeps, wakes and leaves. */
  leaving: { steps: 1, gateways: 0, requeue: true, atMost: 2, faults: ['pause', 'drain'] },
  /** A runner that loses its run twice. */
  twice: { steps: 1, gateways: 0, requeue: true, atMost: 2, faults: ['cut'] },
  /** The same, of a run that did not ask to start again. */
  twiceUnasked: { steps: 1, gateways: 0, atMost: 2, faults: ['cut'] },
  /** A runner that sleeps, wakes, and claims its run again while it still closes the browser of the first attempt. */
  sameOwner: { steps: 1, gateways: 0, requeue: true, atMost: 1, faults: ['pause'] },
  /** A claim that arrives when its runner has the run already. */
  lateClaim: { steps: 1, gateways: 0, requeue: true, atMost: 2, faults: ['pause', 'lateStatement'] },
  /** A browser that does not start, for a run whose owner is cut off or leaves, with its cancel. */
  unstarted: { steps: 1, launchFails: true, atMost: 1, faults: ['cut', 'drain', 'lostAnswer'] },
  /** The same between two runners, with statements that come late. */
  unstartedTwice: {
    steps: 1,
    owners: 2,
    gateways: 0,
    launchFails: true,
    requeue: true,
    atMost: 1,
    faults: ['pause', 'lostAnswer', 'lateStatement'],
  },
  /** A queue whose time is over, a cancel, and two supervisors. */
  queue: { steps: 1, supervisors: 2, atMost: 0, impatient: true },
  shortQueue: { steps: 1, atMost: 0, impatient: true },
  /** Two runs with one concurrency key and two runners. */
  key: { steps: 1, owners: 2, gateways: 0, runs: 2, atMost: 0, impatient: true },
  /** A run that waits for a person, whose runner dies or leaves, and its cancel. */
  asked: { steps: 1, asks: 'fails', atMost: 1, faults: ['kill', 'drain'] },
  /** The same without a cancel, of a run that goes on without an answer. */
  askedGoesOn: { steps: 1, asks: 'goesOn', gateways: 0, atMost: 2, faults: ['kill', 'drain'] },
  /** The least of it: nothing fails, but a queue may be over. */
  askedCalm: { steps: 1, asks: 'fails', gateways: 0, atMost: 0, impatient: true },
  /** The same with a cancel, which comes whenever it likes. */
  askedCancel: { steps: 1, asks: 'fails', persons: 0, atMost: 0 },
  /** The same of one that goes on if nobody answers, with two supervisors. */
  askedOver: { steps: 1, asks: 'goesOn', persons: 0, supervisors: 2, atMost: 0 },
  /** Its runner sleeps, or is cut off. */
  askedSilent: { steps: 1, asks: 'fails', gateways: 0, atMost: 1, faults: ['pause', 'cut'] },
  /** Answers of the database that are lost, and statements that come late. */
  askedDoubtful: {
    steps: 1,
    asks: 'fails',
    gateways: 0,
    atMost: 2,
    faults: ['lostAnswer', 'lateStatement', 'cut'],
  },
  /** What a dead runner has said arrives late, and nobody answers. */
  askedDead: {
    steps: 1,
    asks: 'fails',
    persons: 0,
    gateways: 0,
    atMost: 2,
    faults: ['kill', 'lateStatement'],
  },
  /** Two people, and a run that starts again and asks anew. */
  askedAgain: { steps: 1, asks: 'fails', persons: 2, gateways: 0, requeue: true, atMost: 1, faults: ['cut'] },
  /** Two supervisors, which loaded the run at different times, and its cancel. */
  askedSupervisors: { steps: 1, asks: 'fails', persons: 0, supervisors: 2, atMost: 1, faults: ['cut'] },
  /** Two runs with one concurrency key, the first of which is parked. */
  askedKey: { steps: 1, asks: 'fails', owners: 2, gateways: 0, runs: 2, atMost: 0 },
} satisfies Record<string, Bounds>;
export type ScenarioName = keyof typeof SCENARIOS;

/** More of everything: some hundred thousand states each. */
export const WIDE_SCENARIOS = {
  'two runners and a run that is parked, with a cancel': {
    steps: 1,
    asks: 'fails',
    owners: 2,
    atMost: 1,
    faults: ['kill', 'pause', 'lostAnswer', 'lateStatement', 'cut', 'drain'],
  },
  'two faults of any kind against a run and its cancel': { steps: 1 },
  'two faults of any kind against a run that starts again': { steps: 1, requeue: true },
  'two runners and a run that starts again, with a cancel': { steps: 1, owners: 2, requeue: true, atMost: 1 },
  'two cancels, two supervisors and two steps': {
    gateways: 2,
    supervisors: 2,
    atMost: 1,
    faults: ['kill', 'pause', 'drain', 'hang'],
  },
} satisfies Record<string, Bounds>;
