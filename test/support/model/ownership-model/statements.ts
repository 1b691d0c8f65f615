/*
 * The statements of the protocol as the database runs them: each is one step, accepted if all its guards hold, refused
 * (no row) if one does not, rejected if the schema refuses what the guards let through. Pure.
 */
import type { CancelSource } from '#shared/domain/run/status.ts';
import { GUARDS, type Guard, isAnswered } from './guards.ts';
import type { Label, MachineGraph } from './machine-graph.ts';
import { type Db, type OwnerName, type Row, withRow } from './row.ts';
import { SCHEMA } from './schema.ts';

interface TransitionOf<Kind extends string> {
  readonly kind: Kind;
  readonly run: number;
  readonly epoch: number;
  readonly lastSeq: number;
  /** The snapshot that its writer started from. */
  readonly from: number;
  readonly labels: readonly Label[];
}
type CommitStatement = TransitionOf<'commit'> & { readonly owner: OwnerName };
/** Back into the queue: no browser started. */
type ReturnStatement = TransitionOf<'returnUnstarted'> & { readonly owner: OwnerName };
/** Its owner gives it up while it waits for a person. */
type ParkStatement = TransitionOf<'parkRun'> & { readonly owner: OwnerName };
export type OwnerStatement = CommitStatement | ReturnStatement | ParkStatement;
type FinaliseStatement = TransitionOf<'finaliseStale'> & {
  readonly byCancel: boolean;
  readonly cancelSeen: CancelSource | null;
};
export type TransitionStatement =
  | OwnerStatement
  | FinaliseStatement
  | TransitionOf<'requeueStale' | 'cancelQueued' | 'expireQueued' | 'parkStale' | 'expireParked'>;
/** The time of its person is over, and it goes on without an answer: its machine hears of that from its next owner. */
export interface UnparkStatement {
  readonly kind: 'unparkOver';
  readonly run: number;
  readonly epoch: number;
  readonly lastSeq: number;
}
/** What a run needs to go on elsewhere, as of the step that asks. */
interface KeepStatement {
  readonly kind: 'keep';
  readonly run: number;
  readonly owner: OwnerName;
  readonly epoch: number;
}
interface RecordAnswerStatement {
  readonly kind: 'recordAnswer';
  readonly run: number;
  readonly attempt: number;
}
export interface ClaimStatement {
  readonly kind: 'claim';
  readonly run: number;
  readonly owner: OwnerName;
  /** Counts the claims of its owner; the same when it is asked again. */
  readonly number: number;
  /** Chosen by what was true a moment ago: the database looks again at the row, but not at others. */
  readonly chosen?: true;
  /** Its owner still closes the browser of the attempt before. */
  readonly closing?: true;
}
interface HeartbeatStatement {
  readonly kind: 'heartbeat';
  readonly run: number;
  readonly owner: OwnerName;
  readonly epoch: number;
}
interface RecordCancelStatement {
  readonly kind: 'recordCancel';
  readonly run: number;
  readonly by: 'user' | 'shutdown';
  /** A runner that leaves cancels only what it holds. */
  readonly heldBy?: { readonly owner: OwnerName; readonly epoch: number };
}
export type Statement =
  | ClaimStatement
  | HeartbeatStatement
  | RecordCancelStatement
  | RecordAnswerStatement
  | KeepStatement
  | UnparkStatement
  | TransitionStatement;
export type Kind = Statement['kind'];
export type Of<K extends Kind> = Extract<Statement, { kind: K }>;

export interface Executed {
  outcome: 'stored' | 'refused' | 'rejected';
  db: Db;
  /** The guards that did not hold, all of them; or what the schema refused. */
  failed: readonly string[];
}

export interface Rules {
  readonly graph: MachineGraph;
  /** Guards that are left out. */
  readonly off: ReadonlySet<string>;
}

export function execute(rules: Rules, db: Db, statement: Statement): Executed {
  const row = db.runs[statement.run]!;
  const after = written(rules.graph, row, statement);
  const given = { row, db, statement, graph: rules.graph, off: rules.off, to: after.node } as const;
  const holds = (guard: Guard) => rules.off.has(guard.name) || guard.holds(given as never);
  const failed = GUARDS[statement.kind].filter((guard) => !holds(guard)).map(({ name }) => name);
  // Whatever its guards are: there is no row to renew.
  if (statement.kind === 'heartbeat' && row.lease === 'none') failed.push('heartbeat.lease');
  if (failed.length > 0) return { outcome: 'refused', db, failed };
  const changed = withRow(db, statement.run, after);
  const refusals = SCHEMA.filter(
    ({ name, allows }) =>
      !rules.off.has(name) && !allows({ before: row, after, statement, db: changed, graph: rules.graph }),
  );
  if (refusals.length > 0) return { outcome: 'rejected', db, failed: refusals.map(({ name }) => name) };
  return { outcome: 'stored', db: changed, failed: [] };
}

/** The oldest run that may be claimed and is not locked: where there is none, the statement finds no row. */
export function nextToClaim(
  rules: Rules,
  db: Db,
  owner: OwnerName,
  locked: readonly (number | undefined)[] = [],
): number | undefined {
  const { graph, off } = rules;
  const index = db.runs.findIndex((row, run) => {
    if (locked.includes(run)) return false;
    const given = {
      row,
      db,
      graph,
      off,
      to: row.node,
      statement: { kind: 'claim', run, owner, number: 0 },
    } as const;
    return GUARDS.claim.every(({ name, holds }) => off.has(name) || holds(given));
  });
  return index < 0 ? undefined : index;
}

/** The row as the statement would leave it. */
function written(graph: MachineGraph, row: Row, statement: Statement): Row {
  switch (statement.kind) {
    case 'claim':
      return { ...row, owner: statement.owner, epoch: row.epoch + 1, lease: 'held', claim: statement.number };
    case 'heartbeat':
      return { ...row, lease: 'held' };
    case 'recordCancel': {
      const outranks = row.cancel === null || (row.cancel !== 'user' && statement.by === 'user');
      return outranks ? { ...row, cancel: statement.by } : row;
    }
    case 'recordAnswer': {
      const answered = { ...row, answered: statement.attempt };
      return row.parked ? { ...answered, parked: false, queueOver: false } : answered;
    }
    case 'unparkOver':
      return { ...row, parked: false, queueOver: false };
    case 'keep':
      return { ...row, kept: row.attempt };
    default:
      return transitioned(graph, row, statement);
  }
}

function transitioned(graph: MachineGraph, row: Row, statement: TransitionStatement): Row {
  const { to, events } = graph.walk(statement.from, statement.labels);
  const asksAnew = graph.node(to).asks && !graph.node(row.node).asks;
  const moved: Row = {
    ...row,
    node: to,
    personOver: row.personOver && !asksAnew,
    lastSeq: row.lastSeq + events.length,
    runEnds: row.runEnds + events.filter(({ type }) => type === 'run_end').length,
  };
  // A run that is final or back in the queue has no lease.
  const left: Row = graph.node(to).final ? { ...moved, lease: 'none', kept: 0 } : moved;
  if (statement.kind === 'commit') return left;
  const raised = { ...left, epoch: row.epoch + 1 };
  const givenUp: Row = { ...raised, owner: null, lease: 'none', queueOver: false };
  switch (statement.kind) {
    case 'returnUnstarted':
      return givenUp;
    case 'requeueStale':
      return { ...givenUp, attempt: graph.node(to).attempt };
    case 'parkRun':
    case 'parkStale':
      return { ...givenUp, parked: !isAnswered(graph, row) };
    default:
      return raised;
  }
}
