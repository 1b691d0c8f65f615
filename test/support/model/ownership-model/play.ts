/* Plays steps of the model on a real database and stops at the first difference, described so that a person can follow it. */
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Replay } from './replay.ts';
import type { Kind } from './statements.ts';
import type { Step, Tree } from './traces.ts';

export interface Stage {
  replay: Replay;
  /** A statement may fail, and what comes after it goes on. */
  sql: Sql;
  /** Runs the statements of a kind; default: `sql`. */
  sqlFor?: (kind: Kind) => Sql;
  ids: string[];
}

class Difference extends Error {
  constructor(what: string, way: readonly string[]) {
    super(`${what}, after:\n${way.map((title, index) => `  ${index + 1}. ${title}`).join('\n')}`);
  }
}

/** One after the other. */
export async function playAll(stage: Stage, steps: readonly Step[]): Promise<void> {
  const way: string[] = [];
  for (const step of steps) {
    way.push(step.title);
    await play(stage, step, way);
  }
}

/** Every way through the tree, within one transaction: what two ways have in common is done once. */
export async function playTree(stage: Stage, tree: Tree, way: readonly string[] = []): Promise<number> {
  const point = `depth_${way.length}`;
  let played = 0;
  for (const { step, next } of tree.steps.values()) {
    await stage.replay.endSessions(step.before.gone);
    await stage.sql.rows(`savepoint ${point}`);
    const further = [...way, step.title];
    await play(stage, step, further);
    played += 1 + (await playTree(stage, next, further));
    await stage.sql.rows(`rollback to savepoint ${point}`);
  }
  return played;
}

export async function play(
  { replay, sql, sqlFor = () => sql, ids }: Stage,
  step: Step,
  way: readonly string[],
) {
  const { operation, before, after } = step;
  const { runs } = before;
  switch (operation.does) {
    case 'dies':
      await replay.endSessions(after.gone);
      return;
    case 'passes':
      await replay.pass(sql, ids[operation.run]!, operation.what);
      break;
    case 'loads': {
      const { run, byCancel } = operation;
      if (await replay.judgesAlike(sql, ids[run]!, before, run, byCancel)) return;
      throw new Difference('a supervisor decides otherwise', way);
    }
    case 'executes': {
      const { statement, outcome } = operation;
      const real = await replay.execute(sqlFor(statement.kind), ids, runs[statement.run]!, statement);
      await replay.stillOver(sql, ids, runs[statement.run]!, statement);
      if (real !== outcome) throw new Difference(`${statement.kind} is ${real} instead of ${outcome}`, way);
    }
  }
  const difference = await replay.differs(sql, ids, after);
  if (difference !== undefined) throw new Difference(difference, way);
}

/** Each statement within a savepoint of its own, so that the transaction outlives one that is rejected. */
export function withSavepoints(sql: Sql): Sql {
  const safely = async <T>(work: () => Promise<T>): Promise<T> => {
    await sql.rows('savepoint tried');
    try {
      return await work();
    } catch (error) {
      await sql.rows('rollback to savepoint tried');
      throw error;
    }
  };
  return {
    rows: (text, values) => safely(() => sql.rows(text, values)),
    row: (text, values) => safely(() => sql.row(text, values)),
    transaction: (work) => work(withSavepoints(sql)),
  };
}
