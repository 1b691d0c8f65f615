/* What the tables of places are made of. */
import type { ScenarioName } from './scenarios.ts';

export const TAKEN_ALIVE = 'I2: the run was taken from an owner whose lease holds';
export const FINAL_CHANGED = 'I1: a final run was changed';
export const NOT_STORED = 'I12: a transition was stored that does not start from what was stored before';
export const ENDED_UNCANCELLED = 'I3: the run of a recorded cancel ended as fail, not cancelled';

/** It breaks this in the scenario once it is left out. */
export type Needed = [ScenarioName, breaks: string];
export type Masked = [guard: string, others: string[], ScenarioName, breaks: string];

export const ONCE_FINAL = ['schema.finalStays', 'schema.oneRunEnd', 'schema.eventOnce'];
export const masked = (guards: string[], more: string[], name: ScenarioName, breaks: string): Masked[] =>
  guards.map((guard) => [guard, [...guards.filter((other) => other !== guard), ...more], name, breaks]);
