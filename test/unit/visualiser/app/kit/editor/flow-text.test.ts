/* A flow is written with a line for each step, and with each of its values unchanged. */
import { expect, it } from 'vitest';
import { formatFlow } from '../../../../../../services/visualiser/app/kit/editor/flow-text.ts';

it('a flow has a line for each step, and each of its values as it is', () => {
  const properties = { article: { type: 'string', description: 'What is ordered, by its name in the shop' } };
  const flow = {
    baseUrl: 'http://a/',
    labels: ['nightly', 'eu'],
    runnerLabels: [],
    inputs: { article: 'mug' },
    inputsSchema: { type: 'object', properties, required: ['article'] },
    steps: [{ action: 'goto', url: '/' }, { action: 'snapshot' }, 'not a step'],
  };
  const text = formatFlow(flow);
  expect(JSON.parse(text)).toEqual(flow);
  const lines = text.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '  "labels": ["nightly","eu"],',
      '  "inputs": {"article":"mug"},',
      '    { "action": "goto", "url": "/" },',
      '    "required": [',
    ]),
  );
});
