import { formatFlow } from '../kit/editor/flow-text.ts';

/** The text that a new flow begins with: an input, a step, and what it proves. */
export const NEW_FLOW = formatFlow({
  baseUrl: 'https://example.com',
  inputsSchema: {
    type: 'object',
    properties: { path: { type: 'string', default: '/' } },
  },
  steps: [
    { action: 'goto', url: '${inputs.path}' },
    { action: 'expect', is: 'visible', selector: 'h1' },
  ],
});
