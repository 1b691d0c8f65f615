/*
 * The guards of ownership as data: one named predicate for each condition of each statement. What the SQL says in words
 * stands here once more, so that each can be left out and tried. Pure.
 */
import { decide } from '../../../../services/supervisor/decide.ts';
import type { MachineGraph } from './machine-graph.ts';
import type { Db, Row } from './row.ts';
import type { Kind, Of, Statement } from './statements.ts';

interface Given<S extends Statement> {
  readonly row: Row;
  readonly db: Db;
  readonly statement: S;
  readonly graph: MachineGraph;
  readonly off: ReadonlySet<string>;
  /** The snapshot that would be stored. */
  readonly to: number;
}
export interface Guard<S extends Statement = never> {
  readonly name: string;
  holds(given: Given<S>): boolean;
}
type GuardsOf<K extends Kind> = Record<string, (given: Given<Of<K>>) => boolean>;

const named = <K extends Kind>(kind: K, guards: GuardsOf<K>): readonly Guard<Of<K>>[] =>
  Object.entries(guards).map(([name, holds]) => ({ name: `${kind}.${name}`, holds }));

type Looked = Pick<Given<Statement>, 'row' | 'graph'>;
const statusIn = ({ row, graph }: Looked) => graph.node(row.node).status;
const live = ({ row, graph }: Looked) => !graph.node(row.node).final;
const leased = ({ row }: Looked) => row.lease === 'held';
const uncancelled = ({ row }: Looked) => row.cancel === null;
const owned = ({ row }: Looked) => row.owner !== null;
const unowned = ({ row }: Looked) => row.owner === null;
const running = (given: Looked) => statusIn(given) === 'running';
const unparked = ({ row }: Looked) => !row.parked;
const stale = ({ row }: Looked) => row.lease === 'over' || row.overdue;
const personOver = ({ row }: Looked) => row.parked && row.personOver;
const sameEpoch = ({ row, statement }: { row: Row; statement: { epoch: number } }) =>
  row.epoch === statement.epoch;
const sameSeq = ({ row, statement }: { row: Row; statement: { lastSeq: number } }) =>
  row.lastSeq === statement.lastSeq;
const sameOwner = ({ row, statement }: { row: Row; statement: { owner: string } }) =>
  row.owner === statement.owner;
const sessionGone = ({ row, db }: { row: Row; db: Db }) => row.owner !== null && db.gone.includes(row.owner);

/** A run that has an owner, or is parked, holds its key. */
export const isUnderWay = (graph: MachineGraph, row: Row) =>
  (row.owner !== null || row.parked) && !graph.node(row.node).final;
/** Another live run has the key. */
const keyHeld = (graph: MachineGraph, { runs }: Db, except: number) =>
  runs.some((row, run) => run !== except && isUnderWay(graph, row));

/** The question of the step that it stands at has its answer. */
export const isAnswered = (graph: MachineGraph, row: Row): boolean =>
  row.answered === row.attempt && graph.node(row.node).done === 0;
/** Lost runners that one wait survives. */
const MOST_LOSSES = 2;
/** What it needs to go on elsewhere is kept, as of the step that asks. */
export const isKept = (graph: MachineGraph, row: Row): boolean => {
  const { done, losses } = graph.node(row.node);
  return row.kept === row.attempt && done === 0 && losses < MOST_LOSSES;
};

/** Names of conditions within a guard, where leaving out means: taken as true. */
export const SESSION_PROOF = 'finaliseStale.stale.sessionGone';
export const CANCEL_PROOF = 'finaliseStale.stale.cancel';
export const OUTCOME_SOURCE = 'commit.outcome.source';
const UNBEGUN = 'requeueStale.may.unbegun';
const UNRETURNED = 'requeueStale.may.unreturned';
const ASKED_FOR = 'requeueStale.may.askedFor';
const ONCE = 'requeueStale.may.once';
export const OF_REQUEUE = [UNBEGUN, UNRETURNED, ASKED_FOR, ONCE] as const;
export const WITHIN = [SESSION_PROOF, CANCEL_PROOF, OUTCOME_SOURCE, ...OF_REQUEUE] as const;

/** What the processes do of their own accord, without the database. */
export const RULES = [
  'owner.gate',
  'owner.fencesItself',
  'owner.learnsByCommit',
  'owner.learnsByHeartbeat',
  'owner.recognisesOwnCommit',
  'owner.leavesWhatItCloses',
  'owner.releasesByIdentity',
  'supervisor.judge',
  'supervisor.sweepsQueued',
  'gateway.recordsFirst',
] as const;

/** What guards each transition that an owner stores. */
const BY_OWNER = { owner: sameOwner, epoch: sameEpoch, lastSeq: sameSeq, live, lease: leased };

export const GUARDS: { readonly [K in Kind]: readonly Guard<Of<K>>[] } = {
  recordCancel: named('recordCancel', {
    live,
    holder: ({ row, statement: { heldBy } }) =>
      heldBy === undefined || (row.owner === heldBy.owner && row.epoch === heldBy.epoch),
  }),
  claim: named('claim', {
    running,
    unowned,
    uncancelled,
    unparked,
    queueOpen: ({ row, statement }) => statement.chosen || !row.queueOver,
    keyFree: ({ db, graph, statement }) => statement.chosen || !keyHeld(graph, db, statement.run),
  }),
  commit: named('commit', {
    ...BY_OWNER,
    outcome: ({ row, graph, to, off }) => {
      const { final, status, source } = graph.node(to);
      if (row.cancel === null || !final) return true;
      return status === 'fail' && (off.has(OUTCOME_SOURCE) ? source !== undefined : source === row.cancel);
    },
  }),
  returnUnstarted: named('returnUnstarted', {
    ...BY_OWNER,
    running,
    uncancelled,
    once: ({ row, graph }) => !graph.node(row.node).returned,
  }),
  heartbeat: named('heartbeat', { owner: sameOwner, epoch: sameEpoch, lease: leased }),
  finaliseStale: named('finaliseStale', {
    owned,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    live,
    stale: (given) => {
      const { row, statement, off } = given;
      if (row.lease === 'over' || row.overdue) return true;
      const cancelled = off.has(CANCEL_PROOF) || row.cancel !== null;
      return statement.byCancel && cancelled && (off.has(SESSION_PROOF) || sessionGone(given));
    },
    cancelSeen: ({ row, statement }) => row.cancel === statement.cancelSeen,
  }),
  requeueStale: named('requeueStale', {
    owned,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    live,
    stale,
    running,
    uncancelled,
    may: ({ row, graph, off }) => {
      const { unbegun, notFree } = graph.node(row.node);
      const isFree = (off.has(UNBEGUN) || unbegun) && (off.has(UNRETURNED) || !notFree);
      return isFree || ((off.has(ASKED_FOR) || row.requeue) && (off.has(ONCE) || row.attempt === 1));
    },
  }),
  cancelQueued: named('cancelQueued', {
    unowned,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    live,
    running,
    cancelled: ({ row }) => row.cancel !== null,
  }),
  expireQueued: named('expireQueued', {
    unowned,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    live,
    running,
    uncancelled,
    unparked,
    queueOver: ({ row }) => row.queueOver,
  }),
  parkRun: named('parkRun', {
    ...BY_OWNER,
    running,
    uncancelled,
  }),
  parkStale: named('parkStale', {
    owned,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    live,
    stale,
    running,
    uncancelled,
    mayWait: ({ row, graph }) => graph.node(row.node).mayWait,
    kept: ({ row, graph }) => isKept(graph, row),
  }),
  expireParked: named('expireParked', {
    unowned,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    live,
    running,
    uncancelled,
    personOver,
  }),
  unparkOver: named('unparkOver', {
    unowned,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    running,
    uncancelled,
    personOver,
  }),
  recordAnswer: named('recordAnswer', {
    running,
    uncancelled,
    attempt: ({ row, statement }) => row.attempt === statement.attempt,
    asks: ({ row, graph }) => graph.node(row.node).asks,
    goesOn: ({ row }) => row.parked || row.lease === 'held',
    inTime: ({ row }) => !row.personOver,
    first: ({ row, graph }) => !isAnswered(graph, row),
  }),
  keep: named('keep', { owner: sameOwner, epoch: sameEpoch, running, lease: leased }),
};

const parkEndOf = ({ row, graph }: Looked) => {
  if (!personOver({ row, graph })) return null;
  return graph.node(row.node).goesOn ? 'unpark' : 'expireParked';
};

/** What a supervisor decides about a row, by its own function. */
export const judged = ({ row, graph, db }: { row: Row; graph: MachineGraph; db: Db }, byCancel: boolean) =>
  decide(
    {
      status: graph.node(row.node).status,
      state: graph.node(row.node).state,
      owner: row.owner,
      leaseOver: row.lease === 'over',
      overdue: row.overdue,
      sessionGone: sessionGone({ row, db }),
      queueOver: row.queueOver && !row.parked,
      parkEnd: parkEndOf({ row, graph }),
      isKept: isKept(graph, row),
      returned: graph.node(row.node).notFree,
      onRunnerLoss: row.requeue ? 'requeue' : 'fail',
      attempt: row.attempt,
      cancel: row.cancel,
    },
    byCancel,
  );
