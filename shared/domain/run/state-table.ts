import type { AnyStateNode } from 'xstate';
import { runMachine } from './machine.ts';
import type { StateMeta, StateTag } from './meaning.ts';

/** A state has its own meta, and also the tags of those that it is in. */
export interface StateMeaning extends StateMeta {
  tags: readonly StateTag[];
}

/** What the machine says of its states, by their paths. The build of the visualiser puts in the table as it is then. */
export const STATES: Readonly<Record<string, StateMeaning>> = Object.fromEntries(meaningsIn(runMachine.root));

function meaningsIn(outer: AnyStateNode, inherited: readonly StateTag[] = []): [string, StateMeaning][] {
  return Object.values(outer.states).flatMap((state) => {
    const tags = [...inherited, ...(state.tags as StateTag[])];
    const meaning: StateMeaning = { ...(state.meta as StateMeta | undefined), tags };
    return [[state.path.join('.'), meaning], ...meaningsIn(state, tags)];
  });
}
