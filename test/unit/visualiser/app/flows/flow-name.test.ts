/* The name that is proposed for a flow is one that the contract takes, or none. */
import { expect, it } from 'vitest';
import { isFlowName } from '#shared/api/contract/flows/flow-name.ts';
import { FLOW_NAME, flowNameFor } from '../../../../../services/visualiser/app/flows/flow-name.ts';

it.each([
  ['Order a Ghost mug!', 'order-a-ghost-mug'],
  ['  Ñandú (größer) ', 'nandu-gro-er'],
  ['shop.example:8080', 'shop.example-8080'],
  ['…', ''],
  ['x'.repeat(200), 'x'.repeat(100)],
])('what is called %s is named %s', (called, name) => {
  expect(flowNameFor(called)).toBe(name);
  expect(name === '' || isFlowName(name)).toBe(true);
});

it('a form takes the names that the contract takes', () => {
  const form = new RegExp(`^(?:${FLOW_NAME})$`, 'v');
  for (const name of ['a', '0', 'a.b_c-d', 'A', '-a', '.a', 'a b', 'ñ', '', 'a'.repeat(100), 'a'.repeat(101)])
    expect(form.test(name), name).toBe(isFlowName(name));
});
