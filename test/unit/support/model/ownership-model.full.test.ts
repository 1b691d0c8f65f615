/* I2, I3, I5: ownership keeps its promises in every order of its steps, and each guard is known to be needed or not. */
import { describe, expect, it, vi } from 'vitest';
import { GUARDS, RULES, WITHIN } from '../../../support/model/ownership-model/guards.ts';
import { look } from '../../../support/model/ownership-model/look.ts';
import { HARMLESS, MASKED, NEEDED } from '../../../support/model/ownership-model/places.ts';
import { printed } from '../../../support/model/ownership-model/print.ts';
import { SCENARIOS, type ScenarioName } from '../../../support/model/ownership-model/scenarios.ts';
import { SCHEMA } from '../../../support/model/ownership-model/schema.ts';

// Each takes much less; a busy machine may need it.
vi.setConfig({ testTimeout: 60_000 });

describe('the protocol of ownership, in every order of its steps', () => {
  it.each(Object.keys(SCENARIOS) as ScenarioName[])(
    'I1, I2, I3, I5, I6, I12: keeps every promise in the scenario "%s"',
    (name) => {
      const explored = look(name);
      expect(explored.counterexample, printed(explored)).toBeUndefined();
      expect(explored.states).toBeGreaterThan(10);
    },
  );
});

describe('each guard', () => {
  it('has its place here', () => {
    const all = [...Object.values(GUARDS).flat(), ...SCHEMA].map(({ name }): string => name);
    const placed = [
      ...Object.keys(NEEDED),
      ...MASKED.map(([guard]) => guard),
      ...HARMLESS.map(([guard]) => guard),
    ];
    expect(placed.toSorted()).toEqual([...all, ...WITHIN, ...RULES].toSorted());
  });

  it.each(Object.entries(NEEDED))('%s is needed', (guard, [name, breaks]) => {
    const explored = look(name, [guard]);
    expect(explored.counterexample?.broken, printed(explored)).toBe(breaks);
  });

  // That it is enough without the others is looked at with the faults: those explorations have no early end.
  it.each(MASKED)('%s is masked by %j', (guard, others, name, breaks) => {
    const without = look(name, [guard, ...others], { lookingFor: breaks });
    expect(without.counterexample?.broken, printed(without)).toBe(breaks);
    const alone = lookWithout(guard, name);
    expect(alone.counterexample, printed(alone)).toBeUndefined();
  });

  it.each(HARMLESS)('%s can be missed: %s', (guard, _, name) => {
    const explored = lookWithout(guard, name);
    expect(explored.counterexample, printed(explored)).toBeUndefined();
  });
});

const OF_STATEMENTS = new Set(
  Object.values(GUARDS).flatMap((guards) => guards.map(({ name }): string => name)),
);

/** Leaving out a guard of a statement that never refuses anything alone changes nothing. A claim also chooses by its guards. */
function lookWithout(guard: string, name: ScenarioName) {
  const isNeeded = !OF_STATEMENTS.has(guard) || guard.startsWith('claim.');
  return isNeeded || look(name).refusals.get(guard)?.length === 1 ? look(name, [guard]) : look(name);
}
