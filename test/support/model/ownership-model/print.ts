import type { Explored } from './explore.ts';
import type { MachineGraph } from './machine-graph.ts';
import type { Row } from './row.ts';
import type { Move } from './world.ts';

/** A counterexample as a person reads it: what happens, and what the run's row looks like whenever it has changed. */
export function printed({ counterexample, states, graph }: Explored): string {
  if (!counterexample) return `nothing is broken in ${states} states`;
  let last = '';
  const lines = counterexample.steps.map((move, index) => {
    const rows = move.to.db.runs.map((row) => rowText(graph, row)).join(' | ');
    const news = rows === last ? '' : `\n       ${rows}`;
    last = rows;
    return `  ${String(index + 1).padStart(2)}. ${move.title}${outcomeOf(move)}${news}`;
  });
  return [`${counterexample.broken}`, ...lines].join('\n');
}

const outcomeOf = ({ executed }: Move) =>
  !executed || executed.outcome === 'stored'
    ? ''
    : ` -> ${executed.outcome} by ${executed.failed.join(', ')}`;

function rowText(graph: MachineGraph, row: Row): string {
  const { node, owner, epoch, lastSeq, lease, cancel, attempt, parked, personOver, answered, kept } = row;
  const who = owner === null ? 'no owner' : `owner ${owner}, lease ${lease}`;
  const asked = cancel === null ? '' : `, cancel by ${cancel}`;
  const person = [
    parked && 'parked',
    personOver && 'time over',
    answered > 0 && 'answered',
    kept > 0 && 'kept',
  ];
  const ofPerson = person.filter(Boolean).map((word) => `, ${word}`);
  return `${graph.node(node).state}, ${who}, epoch ${epoch}, seq ${lastSeq}${asked}${attempt > 1 ? `, attempt ${attempt}` : ''}${ofPerson.join('')}`;
}
