/*
 * The guards of ownership as data: one named predicate for each condition of each statement, and for each refusal of
 * the schema. What the SQL says in words stands here once more, so that each can be left out and tried. Pure.
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
const sameEpoch = ({ row, statement }: { row: Row; statement: { epoch: number } }) =>
  row.epoch === statement.epoch;
const sameSeq = ({ row, statement }: { row: Row; statement: { lastSeq: number } }) =>
  row.lastSeq === statement.lastSeq;
const sameOwner = ({ row, statement }: { row: Row; statement: { owner: string } }) =>
  row.owner === statement.owner;
const sessionGone = ({ row, db }: { row: Row; db: Db }) => row.owner !== null && db.gone.includes(row.owner);

/** Another live run of the key has an owner. */
const keyHeld = (graph: MachineGraph, { runs }: Db, except: number) =>
  runs.some((row, run) => run !== except && row.owner !== null && !graph.node(row.node).final);

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
    queueOpen: ({ row, statement }) => statement.chosen || !row.queueOver,
    keyFree: ({ db, graph, statement }) => statement.chosen || !keyHeld(graph, db, statement.run),
  }),
  commit: named('commit', {
    owner: sameOwner,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    live,
    lease: leased,
    outcome: ({ row, graph, to, off }) => {
      const { final, status, source } = graph.node(to);
      if (row.cancel === null || !final) return true;
      return status === 'fail' && (off.has(OUTCOME_SOURCE) ? source !== undefined : source === row.cancel);
    },
  }),
  returnUnstarted: named('returnUnstarted', {
    owner: sameOwner,
    epoch: sameEpoch,
    lastSeq: sameSeq,
    live,
    lease: leased,
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
    stale: ({ row }) => row.lease === 'over' || row.overdue,
    running,
    uncancelled,
    may: ({ row, graph, off }) => {
      const { unbegun, returned } = graph.node(row.node);
      const isFree = (off.has(UNBEGUN) || unbegun) && (off.has(UNRETURNED) || !returned);
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
    queueOver: ({ row }) => row.queueOver,
  }),
};

interface Change {
  readonly before: Row;
  readonly after: Row;
  readonly statement: Statement;
  readonly db: Db;
  readonly graph: MachineGraph;
}
export interface SchemaGuard {
  readonly name: string;
  allows(change: Change): boolean;
}

const withoutLease = (row: Row) => JSON.stringify({ ...row, lease: null });

/** Constraints, triggers and unique indexes: they refuse what a statement that forgot a guard would do. */
const SCHEMA_GUARDS: Record<string, (change: Change) => boolean> = {
  /** Trigger `guard_run`, I1. */
  finalStays: ({ before, after, statement, graph }) =>
    // A transition says anew when the run was finished, whatever else it leaves as it was.
    !graph.node(before.node).final ||
    (!('from' in statement) && withoutLease(before) === withoutLease(after)),
  cancellingOnlyFails: ({ before, after, graph }) =>
    graph.node(before.node).status !== 'cancelling' ||
    ['cancelling', 'fail'].includes(graph.node(after.node).status),
  cancelledStays: ({ before, after }) =>
    before.cancel === null ||
    ((after.owner !== null || before.owner === null) && after.attempt === before.attempt),
  /** Constraint `runs_cancel_wins`. */
  cancelWins: ({ after, graph }) => {
    const { final, status, source } = graph.node(after.node);
    return after.cancel === null || !final || (status === 'fail' && source !== undefined);
  },
  /** Index `events_one_run_end` and trigger `guard_event`. */
  oneRunEnd: ({ before, after }) =>
    after.lastSeq === before.lastSeq || (before.runEnds === 0 && after.runEnds <= 1),
  /** Primary key of `events`: a number is given once. */
  eventOnce: ({ before, after, statement }) =>
    !('lastSeq' in statement) || statement.lastSeq >= before.lastSeq || after.lastSeq === before.lastSeq,
  /** Index `leases_one_claim`. */
  claimOnce: ({ db }) => {
    const claims = db.runs.flatMap(({ owner, claim, lease }) =>
      lease === 'none' ? [] : [`${owner} ${claim}`],
    );
    return new Set(claims).size === claims.length;
  },
  /** Index `runs_one_of_key`. */
  oneOfKey: ({ db, graph }) =>
    db.runs.filter(({ owner, node }) => owner !== null && !graph.node(node).final).length <= 1,
};
export const SCHEMA: readonly SchemaGuard[] = Object.entries(SCHEMA_GUARDS).map(([name, allows]) => ({
  name: `schema.${name}`,
  allows,
}));

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
      queueOver: row.queueOver,
      parkEnd: null,
      isKept: false,
      returned: graph.node(row.node).returned,
      onRunnerLoss: row.requeue ? 'requeue' : 'fail',
      attempt: row.attempt,
      cancel: row.cancel,
    },
    byCancel,
  );
