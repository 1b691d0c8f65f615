import type { SnapshotFrom } from 'xstate';
import type { RunMachine } from './machine.ts';
import type { StateTag } from './meaning.ts';
import { STATES, type StateMeaning } from './state-table.ts';

type PathIn<Value> = Value extends string
  ? Value
  : { [Outer in keyof Value & string]: `${Outer}.${PathIn<Value[Outer]>}` }[keyof Value & string];
/** A state that a run can be in, by its path as rows and events keep it: `running.stepping.acting`. */
export type RunState = PathIn<SnapshotFrom<RunMachine>['value']>;

/** What the machine says of a state; nothing of one that it does not know. */
export const meaningOf = (state: string): StateMeaning =>
  Object.hasOwn(STATES, state) ? STATES[state]! : { tags: [] };

/** Where a run waits for an owner, which is also where it begins. */
export const QUEUED = stateThat(({ tags }) => tags.includes('unowned') && !tags.includes('awaitsPerson'));
/** Where a run waits for a person without a runner, then for a runner. */
export const PARKED_STATE = stateThat(
  ({ tags }) => tags.includes('unowned') && tags.includes('awaitsPerson'),
);
/** Where no runner has a run. */
export const UNOWNED: readonly string[] = statesTagged('unowned');
/** Where nothing of the flow has begun, on whatever runner it is: it waits for one, or for a browser. */
export const UNBEGUN: readonly string[] = Object.entries(STATES)
  .filter(([, { waitsFor }]) => waitsFor === 'runner' || waitsFor === 'browser')
  .map(([state]) => state);
/** Where a question or a pause may be open, with a runner or without. */
export const MAY_AWAIT_PERSON: readonly string[] = statesTagged('awaitsPerson');
/** Where one is. */
export const AWAITS_PERSON: readonly string[] = MAY_AWAIT_PERSON.filter(
  (state) => !STATES[state]!.tags.includes('brief'),
);
/** What the flow passes before each of its steps, and after the last. */
export const CHECKPOINT = stateThat(({ waitsFor }) => waitsFor === 'commit');
/** Where the abort was raised, and the pending call has to return. */
export const ABORTING = stateThat(({ rung }) => rung === 'abort');

function statesTagged(tag: StateTag): readonly string[] {
  return Object.keys(STATES).filter((state) => STATES[state]!.tags.includes(tag));
}

function stateThat(is: (meaning: StateMeaning) => boolean): RunState {
  const [found, ...others] = Object.entries(STATES).filter(([, meaning]) => is(meaning));
  if (!found || others.length > 0) throw new Error('the machine has no state, or several, that mean this');
  return found[0] as RunState;
}
