/*
 * docs/states.md: what every event does in every state, found by the pure transition, and the diagram, read from the
 * definition. Run as a script it writes the page; a unit test compares.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyStateNode } from 'xstate';
import { budgetOf } from '#shared/domain/run/budget.ts';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { initialSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import { CHECKPOINT } from '#shared/domain/run/states.ts';
import type { TestEvent } from '../../test/support/database/runs.ts';
import { PASSING, pathOf, restingStates } from '../../test/support/model/machine-states.ts';
import { everyMove } from '../../test/support/model/machine-world.ts';
import { stateDiagram } from './state-diagram.ts';

export const STATES_PAGE = new URL('../../docs/states.md', import.meta.url);

const is =
  (type: string, more: object = {}) =>
  (given: TestEvent) =>
    given.type === type &&
    Object.entries(more).every(([key, value]) => given[key as keyof TestEvent] === value);
const ofEffect = (kind: 'done' | 'error', deadline: boolean) => (given: TestEvent) =>
  given.type.startsWith(`xstate.${kind}.actor.`) && given.type.endsWith('Deadline') === deadline;

const COLUMNS: [title: string, means: (given: TestEvent) => boolean][] = [
  ['CLAIM', is('CLAIM')],
  ['CANCEL', is('CANCEL', { mode: 'graceful' })],
  ['CANCEL, forced', is('CANCEL', { mode: 'force' })],
  ['EXPIRE', is('EXPIRE')],
  ['STALE', is('STALE')],
  ['REQUEUE', is('REQUEUE')],
  ['PAUSE', is('PAUSE', { mode: 'after_step' })],
  ['PAUSE, now', is('PAUSE', { mode: 'now' })],
  ['LOST', is('LOST')],
  ['effect ends', ofEffect('done', false)],
  ['effect fails', ofEffect('error', false)],
  ['deadline', ofEffect('done', true)],
];

interface Move {
  event: TestEvent;
  target: string;
}

/** Where events lead from every situation a run can be in, by its state: the context may decide where that is. */
function movesByState(): Map<string, Move[]> {
  const budget = budgetOf({ graceMs: 2_500, leaseMs: 10_000 });
  const flows = [
    { stepTimeouts: [1_000], atomicSteps: [0], budget },
    { stepTimeouts: [1_000, 1_000], questions: { 0: { timeoutMs: 1_000, goesOn: true as const } }, budget },
    { stepTimeouts: [1_000, 1_000], atomicSteps: [0], cleanupSteps: 2, budget },
  ];
  const moves = flows
    .flatMap((input) => everyMove(initialSnapshot(input)))
    .map(({ from, event, to }) => ({ state: stateOf(from), event, target: stateOf(to) }));
  return Map.groupBy(moves, ({ state }) => state);
}

/** Where these lead from a state; what leads nowhere from any of its situations is left out. */
function leadsTo(state: string, moves: Move[], means: (given: TestEvent) => boolean): string {
  const away = moves.filter(({ event, target }) => target !== state && means(event));
  const targets = [...new Set(away.map(({ target }) => target))].toSorted();
  return targets.map((target) => `\`${target}\``).join(' or ') || '–';
}

const effectOf = (node: AnyStateNode) =>
  node.invoke.flatMap(({ id }) => (id.endsWith('Deadline') ? [] : [`\`${id}\``])).join(', ') || '–';

function table(): string {
  const byState = movesByState();
  const head = ['state', 'effect', ...COLUMNS.map(([title]) => title)];
  const rows = restingStates().map((node) => {
    const state = pathOf(node);
    const cells = COLUMNS.map(([, means]) => leadsTo(state, byState.get(state) ?? [], means));
    return [`\`${state}\``, effectOf(node), ...cells];
  });
  return aligned([head, ...rows]);
}

/** Aligned like the formatter of this repository does. */
function aligned([head = [], ...rows]: string[][]): string {
  const widths = head.map((title, n) => Math.max(title.length, ...rows.map((row) => row[n]!.length)));
  const line = (cells: string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

export const renderStatesPage = (): string => `# The states of a run

Generated from \`shared/domain/run/machine.ts\` (version ${MACHINE_VERSION}) by \`npm run docs:states\`: do not edit. A test fails if it is out of date.

A run's status is the first part of its state. Each state but the queue and the two last ones runs one effect, and the
effect races a deadline: one of the two always leads on. Where two targets are named, the run decides: whether steps
are left, whether the step is atomic, whether there are \`onCancel\` steps, and whether the flow has failed. A dash is an
event that changes no state there. \`${PASSING}\` is passed within one transition and is never stored, and so is
\`${CHECKPOINT}\` where a step follows: that step's effect waits until its state is stored, ends, and only then acts.

${table()}

\`\`\`mermaid
${stateDiagram()}
\`\`\`
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(STATES_PAGE, renderStatesPage());
