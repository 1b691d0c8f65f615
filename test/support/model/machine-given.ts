import { budgetOf } from '#shared/domain/run/budget.ts';
import { initialSnapshot, type RunSnapshot } from '#shared/domain/run/snapshot.ts';
import { apply, BEGUN, CLAIM, LAUNCHED, type TestEvent } from '../database/runs.ts';

export const BUDGET = budgetOf({ graceMs: 2_500, leaseMs: 10_000 });

/** A run of two steps after these events. */
export const given = (...events: TestEvent[]): RunSnapshot =>
  events.reduce(apply, initialSnapshot({ stepTimeouts: [1_000, 1_000], budget: BUDGET }));

/** The same of a flow whose first step is atomic, and that cleans up in two steps. */
export const givenCareful = (...events: TestEvent[]): RunSnapshot =>
  events.reduce(
    apply,
    initialSnapshot({ stepTimeouts: [1_000, 1_000], atomicSteps: [0], cleanupSteps: 2, budget: BUDGET }),
  );

/** Up to the first step. */
export const ACTING: TestEvent[] = [CLAIM, LAUNCHED, BEGUN];
export const STALE: TestEvent = { type: 'STALE', at: 2_000, source: 'supervisor' };

/** A deadline is reached. */
export const deadline = (name: string, at = 9_000): TestEvent => ({
  type: `xstate.done.actor.${name}Deadline`,
  output: { at },
});

/** When a deadline that is awaited will be reached. */
export const until = (snapshot: RunSnapshot, id: string) =>
  (snapshot.children[id] as unknown as { options: { input: { at: number } } }).options.input.at;
