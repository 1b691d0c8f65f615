import type { AnyStateNode } from 'xstate';
import { runMachine } from '#shared/domain/run/machine.ts';

export const pathOf = (node: AnyStateNode): string => node.path.join('.');

/** Every state of the machine, each before its children, in the order of the definition. */
export function allStates(node: AnyStateNode = runMachine.root): AnyStateNode[] {
  return Object.values(node.states).flatMap((state) => [state, ...allStates(state)]);
}

/** The states a run can be in. */
export const leafStates = (): AnyStateNode[] =>
  allStates().filter((state) => Object.keys(state.states).length === 0);

/** Left again within the transition that enters it: no run is ever seen, or stored, in it. */
export const PASSING = 'cancelling.stopped';
export const restingStates = (): AnyStateNode[] => leafStates().filter((state) => pathOf(state) !== PASSING);
