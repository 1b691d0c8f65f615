import type { Budget } from './budget.ts';
import type { StepPhase } from './status.ts';

/*
 * What the machine says of its states: the tags and the meta that stand in its definition, and that `states.ts` looks up
 * by a state's path. Code that needs a fact about a state asks for these, never for its name.
 */

export type StateTag =
  /** No runner has the run. */
  | 'unowned'
  /** A question or a pause is open, or may be. Without a runner it is parked: it waits for the person, then for a runner. */
  | 'awaitsPerson'
  /** A cancel that is taken here interrupts what is under way. */
  | 'interruptible'
  /** The flow's own steps are under way. */
  | 'flow'
  /** A step is announced when it is entered. */
  | 'beginsStep'
  /** Mostly left again within milliseconds, and no effect waits until it is stored. */
  | 'brief';

/** The rungs of the ladder that a cancel climbs, called as their part of the budget is, and what the run waits for there. */
export const RUNG_WAITS = {
  finish: 'atomic_step',
  abort: 'interrupted_call',
  cleanup: 'on_cancel_steps',
  close: 'context_close',
  kill: 'browser_kill',
} as const satisfies Partial<Record<keyof Budget, string>>;
export type Rung = keyof typeof RUNG_WAITS;

/** What a run waits for in a state that is no rung. */
export type FlowWait =
  | 'runner'
  | 'browser'
  | 'steps'
  | 'commit'
  | 'step'
  | 'answer'
  | 'pausing'
  | 'resume'
  | 'sealing'
  | 'person'
  | 'outcome';

export interface StateMeta {
  waitsFor?: FlowWait;
  rung?: Rung;
  /** The phase of the step that may be under way. */
  step?: StepPhase;
}
