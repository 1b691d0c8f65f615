import { type Explored, explore, type Options } from './explore.ts';
import type { MachineGraph } from './machine-graph.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { type Bounds, scenario } from './world.ts';

const looked = new Map<string, Explored>();
const graphs = new Map<string, MachineGraph>();

/** A scenario without the guards `off`; each exploration once, for all callers. */
export function look(name: ScenarioName, off: readonly string[] = [], options: Options = {}): Explored {
  const key = JSON.stringify([name, off.toSorted(), options]);
  const known = looked.get(key);
  if (known) return known;
  const bounds: Bounds = SCENARIOS[name];
  const like = `${bounds.steps} ${bounds.launchFails} ${bounds.asks}`;
  const rules = scenario({ ...bounds, off }, graphs.get(like));
  graphs.set(like, rules.graph);
  const explored = explore(rules, options);
  looked.set(key, explored);
  return explored;
}
