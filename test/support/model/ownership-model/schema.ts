/* What the schema refuses, whatever the guards of a statement let through. Pure. */
import { isUnderWay } from './guards.ts';
import type { MachineGraph } from './machine-graph.ts';
import type { Db, Row } from './row.ts';
import type { Statement } from './statements.ts';

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
    // A page is kept elsewhere. A transition says anew when the run was finished, whatever else it leaves as it was.
    !graph.node(before.node).final ||
    statement.kind === 'keep' ||
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
  oneOfKey: ({ db, graph }) => db.runs.filter((row) => isUnderWay(graph, row)).length <= 1,
  /** Constraint `runs_parked_has_no_owner`. */
  parkedUnowned: ({ after, graph }) =>
    !after.parked || (after.owner === null && ['running', 'fail'].includes(graph.node(after.node).status)),
};
export const SCHEMA: readonly SchemaGuard[] = Object.entries(SCHEMA_GUARDS).map(([name, allows]) => ({
  name: `schema.${name}`,
  allows,
}));
