/* A run stands beside the last ones of its very name, or of its named flow. */
import { expect, it } from 'vitest';
import { lastOf } from '../../../../../../services/visualiser/app/run/history/last-of.ts';

const run = (id: string, name: string, flow?: string) => ({
  id,
  name,
  ...(flow && { flow: { name: flow, version: 1 } }),
});
const ids = (runs: { id: string }[]) => runs.map(({ id }) => id);

it('shows the last runs of the very name, oldest first; of a named flow those of that flow', () => {
  const found = [run('4', 'Order'), run('3', 'Order a mug'), run('2', 'Order', 'order'), run('1', 'Order')];
  expect(ids(lastOf(found, run('4', 'Order')))).toEqual(['1', '4']);
  expect(ids(lastOf(found, run('2', 'anything', 'order')))).toEqual(['2']);
  const many = Array.from({ length: 30 }, (_, n) => run(String(30 - n), 'Order'));
  expect(ids(lastOf(many, run('30', 'Order')))).toHaveLength(20);
  expect(ids(lastOf(many, run('30', 'Order'))).at(-1)).toBe('30');
});
