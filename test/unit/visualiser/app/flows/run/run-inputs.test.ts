/* Each input of a flow is a field with its default, and only what was typed is sent. */
import { expect, it } from 'vitest';
import {
  inputsToSend,
  runFieldsOf,
  withGiven,
} from '../../../../../../services/visualiser/app/flows/run/run-inputs.ts';

const flow = {
  inputsSchema: {
    type: 'object',
    properties: {
      article: { type: 'string', title: 'Article' },
      delivery: { type: 'string', enum: ['owl', 'bat'], default: 'owl' },
      gift: { type: 'boolean' },
      fast: { type: 'boolean', default: true },
      pin: { type: 'string', writeOnly: true },
      greeting: { type: 'string', default: 'Boo' },
      count: { type: 'integer', default: 2 },
      any: { default: 2 },
    },
    required: ['article', 'gift', 'pin'],
  },
};

it('each described input is a field, with its default until something is typed', () => {
  const fields = runFieldsOf(flow, { article: 'mug' });
  expect(fields.map(({ name, kind, value, isRequired }) => [name, kind, value, isRequired])).toEqual([
    ['article', 'text', 'mug', true],
    ['delivery', 'choice', 'owl', false],
    ['gift', 'checkbox', undefined, true],
    ['fast', 'checkbox', true, false],
    ['pin', 'secret', undefined, true],
    ['greeting', 'text', 'Boo', false],
    ['count', 'number', 2, false],
    ['any', 'number', 2, false],
  ]);
  expect(runFieldsOf({}, {})).toEqual([]);
});

it('what was typed is sent, and nothing else but boxes that have to be there', () => {
  expect(inputsToSend(flow, { article: 'mug' })).toEqual({ article: 'mug', gift: false });
  expect(inputsToSend(flow, { gift: true, fast: false })).toEqual({ gift: true, fast: false });
});

it('a text that is emptied is none, unless it stands in for a default', () => {
  const given = withGiven({ article: 'mug', pin: '1' }, flow, 'article', '');
  expect(given).toEqual({ pin: '1' });
  expect(withGiven(given, flow, 'greeting', '')).toEqual({ pin: '1', greeting: '' });
  expect(withGiven(given, flow, 'pin', undefined)).toEqual({});
});

it('a number with a default can be emptied, to be typed anew; then it is not sent', () => {
  for (const name of ['count', 'any']) {
    const given = withGiven({}, flow, name, undefined);
    const field = runFieldsOf(flow, given).find((one) => one.name === name);
    expect(field).toMatchObject({ kind: 'number', value: undefined, standard: 2 });
    expect(JSON.parse(JSON.stringify(inputsToSend(flow, given)))).toEqual({ gift: false });
    expect(withGiven(given, flow, name, 7)).toEqual({ [name]: 7 });
  }
});
