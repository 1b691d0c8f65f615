/* Arrow keys reach every state of the chart, and lead where they point. */
import { expect, it } from 'vitest';
import { stateByKey } from '../../../../../../services/visualiser/app/run/chart/chart-keys.ts';
import { runChart } from '../../../../../../services/visualiser/build/chart.ts';

const { nodes } = runChart();
const states = nodes.filter(({ kind }) => kind !== 'box').map(({ id }) => id);
const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

it('every state is reached by arrow keys from the first', () => {
  const reached = new Set([states[0]!]);
  for (const id of reached)
    for (const key of KEYS) {
      const next = stateByKey(nodes, id, key);
      if (next) reached.add(next);
    }
  expect([...reached].sort()).toEqual(states.toSorted());
});

it('a key leads where it points, and nowhere if nothing is there', () => {
  expect(stateByKey(nodes, 'running.stepping.checkpoint', 'ArrowRight')).toBe('running.stepping.paused');
  expect(stateByKey(nodes, 'running.stepping.acting', 'ArrowLeft')).toBe('running.stepping.checkpoint');
  expect(stateByKey(nodes, 'fail', 'ArrowUp')).toBe('pass');
  expect(stateByKey(nodes, 'pass', 'ArrowRight')).toBeUndefined();
  expect(stateByKey(nodes, 'pass', 'Home')).toBe(states[0]);
  expect(stateByKey(nodes, 'running.queued', 'End')).toBe(states.at(-1));
  expect(stateByKey(nodes, 'running.queued', 'x')).toBeUndefined();
});
