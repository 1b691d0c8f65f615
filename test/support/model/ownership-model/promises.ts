/* What must hold after each move, by the numbers of the invariants. Pure. */
import { isKept, isUnderWay } from './guards.ts';
import type { MachineGraph } from './machine-graph.ts';
import type { Db, Row } from './row.ts';
import type { Statement } from './statements.ts';
import type { Move, Scenario, World } from './world.ts';

const CANCELLED_PARKED = 'I3: a run was parked whose cancel was recorded';
export const CLOSES_IT = 'I2: a runner started a run again whose last browser it still closes';

/** The promise that the move broke, if any. */
export function brokenBy({ graph }: Scenario, before: World, move: Move): string | undefined {
  if (move.broken) return move.broken;
  const { statement, executed, to } = move;
  if (statement && executed?.outcome === 'stored') {
    const broken = byStatement(graph, before.db, to.db, statement) ?? browserLeft(before, statement);
    if (broken) return broken;
  }
  return byAnswers(graph, to);
}

function byStatement(
  graph: MachineGraph,
  dbBefore: Db,
  dbAfter: Db,
  statement: Statement,
): string | undefined {
  const [before, after] = [dbBefore.runs[statement.run]!, dbAfter.runs[statement.run]!];
  const [was, is] = [graph.node(before.node), graph.node(after.node)];
  if (was.final && changed(before, after)) return 'I1: a final run was changed';
  if (was.status === 'cancelling' && !['cancelling', 'fail'].includes(is.status))
    return `I1: cancelling became ${is.status}`;
  if (after.runEnds > 1) return 'I6: a second run_end';
  if (is.final !== (after.runEnds === 1)) return 'I6: final without a run_end, or a run_end before the end';
  if (is.final && before.cancel !== null && (is.status !== 'fail' || is.source === undefined))
    return `I3: the run of a recorded cancel ended as ${is.status}, not cancelled`;
  if (is.final && before.cancel === 'user' && is.source !== 'user')
    return `I3: a user's cancel was recorded, and run_end names ${is.source}`;
  if ('from' in statement && statement.from !== before.node)
    return 'I12: a transition was stored that does not start from what was stored before';
  return byKind(graph, dbBefore, dbAfter, statement);
}

const changed = (before: Row, after: Row) =>
  (Object.keys(before) as (keyof Row)[]).some(
    (column) => column !== 'lease' && column !== 'kept' && before[column] !== after[column],
  );

function byKind(
  graph: MachineGraph,
  { runs, gone }: Db,
  after: Db,
  statement: Statement,
): string | undefined {
  const row = runs[statement.run]!;
  switch (statement.kind) {
    case 'claim':
      if (row.cancel !== null) return 'I3: a run was started whose cancel was recorded';
      if (row.owner !== null) return 'I2: a run was claimed that has an owner';
      if (row.parked) return 'a parked run was claimed whose person has time left';
      if (statement.closing) return CLOSES_IT;
      return after.runs.filter((other) => isUnderWay(graph, other)).length > 1
        ? 'I2: two runs of one key have an owner'
        : undefined;
    case 'recordCancel': {
      const { heldBy } = statement;
      return heldBy && (row.owner !== heldBy.owner || row.epoch !== heldBy.epoch)
        ? 'I2: a runner that had lost the run cancelled it when it left'
        : undefined;
    }
    case 'commit':
    case 'heartbeat':
      if (row.owner !== statement.owner || row.epoch !== statement.epoch)
        return `I2: ${statement.kind} of an owner that had lost the run`;
      return row.lease === 'held' ? undefined : `I2: ${statement.kind} after the lease was over`;
    case 'returnUnstarted':
      if (row.owner !== statement.owner || row.epoch !== statement.epoch)
        return 'I2: return by an owner that had lost the run';
      if (row.lease !== 'held') return 'I2: return after the lease was over';
      if (row.cancel !== null) return 'I3: a run was put back whose cancel was recorded';
      return graph.node(row.node).returned ? 'I5: a run was put back a second time' : undefined;
    case 'parkRun':
      if (row.owner !== statement.owner || row.epoch !== statement.epoch)
        return 'I2: parked by an owner that had lost the run';
      if (row.lease !== 'held') return 'I2: parked after the lease was over';
      return row.cancel === null ? undefined : CANCELLED_PARKED;
    case 'parkStale':
      if (row.cancel !== null) return CANCELLED_PARKED;
      if (!graph.node(row.node).asks) return 'a run was parked that waits for nobody';
      if (!isKept(graph, row)) return 'a run was parked, and what it needs to go on is not kept';
      return takenAlive(row, gone);
    case 'keep':
      if (graph.node(row.node).final) return 'a page was kept of a run that is over';
      if (row.owner !== statement.owner || row.epoch !== statement.epoch)
        return 'I2: a page was kept by an owner that had lost the run';
      return row.lease === 'held' ? undefined : 'I2: a page was kept after the lease was over';
    case 'recordAnswer':
      if (row.cancel !== null) return 'I3: an answer was taken of a run whose cancel was recorded';
      if (!graph.node(row.node).asks) return 'an answer was taken that nobody had asked for';
      if (row.attempt !== statement.attempt) return 'an answer was taken to the question of another attempt';
      if (row.answered === row.attempt) return 'a second answer was taken';
      if (row.personOver) return 'an answer was taken after its time';
      return row.parked || row.lease === 'held'
        ? undefined
        : 'an answer was taken of a run that had lost its owner';
    case 'requeueStale': {
      if (row.cancel !== null) return 'I3: a run was started again whose cancel was recorded';
      const { unbegun, notFree } = graph.node(row.node);
      if (!unbegun || notFree) {
        if (!row.requeue)
          return `a run was ${unbegun ? 'put back twice' : 'started again'} that did not ask for it`;
        if (row.attempt > 1) return 'I5: a run was started a third time';
      }
      return takenAlive(row, gone);
    }
    case 'finaliseStale':
      return takenAlive(row, gone);
    case 'cancelQueued':
      if (row.owner !== null) return 'I2: a run was ended as queued that has an owner';
      return row.cancel === null ? 'a run was cancelled without a request' : undefined;
    case 'expireParked':
    case 'unparkOver':
      if (row.owner !== null) return 'I2: a run was taken for a parked one that has an owner';
      if (row.cancel !== null) return 'I3: a run went on, or ended by its time, whose cancel was recorded';
      return row.parked && row.personOver ? undefined : 'a wait for a person was over before its time';
    case 'expireQueued':
      if (row.owner !== null) return 'I2: a run was ended as queued that has an owner';
      if (row.parked) return 'a parked run was ended by its queue timeout';
      return row.queueOver ? undefined : 'a run was ended by its queue timeout before it';
  }
}

function takenAlive({ owner, lease, overdue, cancel }: Row, gone: Db['gone']): string | undefined {
  if (owner === null) return 'a queued run was ended as stale';
  const proved = lease === 'over' || overdue || (cancel !== null && gone.includes(owner));
  return proved ? undefined : 'I2: the run was taken from an owner whose lease holds';
}

/** An owner that is awake closes its browser before its lease ends. */
function browserLeft({ db, owners }: World, { kind, run }: Statement): string | undefined {
  const { epoch, lease } = db.runs[run]!;
  if (lease !== 'over' || (kind !== 'finaliseStale' && kind !== 'requeueStale')) return undefined;
  const open = owners.some(
    ({ process, actor }) => process === 'up' && actor?.run === run && actor.epoch === epoch && !actor.slept,
  );
  return open
    ? 'I8: the run was taken at the end of its lease, and the browser of its owner is open'
    : undefined;
}

/** 200 was answered: by the end it has come true. */
function byAnswers(graph: MachineGraph, { db, gateways, persons }: World): string | undefined {
  for (const { accepted, run } of gateways) {
    const { final, status, source } = graph.node(db.runs[run]!.node);
    if (accepted && final && (status !== 'fail' || source === undefined))
      return `I3: the cancel was answered with 200, and the run ended as ${status}`;
  }
  for (const { accepted, run, attempt } of persons) {
    const row = db.runs[run]!;
    if (accepted && row.attempt === attempt && graph.node(row.node).unanswered)
      return 'an answer was taken with 200, and the run ended as unanswered';
  }
  return undefined;
}
