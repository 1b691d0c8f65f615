/* Every move that is read from the machine leads from one state to another. */
import { expect, it } from 'vitest';
import { runMachine } from '#shared/domain/run/machine.ts';
import { readMachine } from '../../../../services/visualiser/build/machine-graph.ts';

it('the chart has the moves between states, and none of a state to itself', () => {
  const { states, moves } = readMachine(runMachine);
  expect(moves.length).toBeGreaterThan(states.length);
  expect(moves.filter(({ from, to }) => from === to)).toEqual([]);
});
