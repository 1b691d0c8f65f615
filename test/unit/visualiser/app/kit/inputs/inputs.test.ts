/* Each input has the field that fits its schema, and a new value changes nothing else of the flow. */
import { describe, expect, it } from 'vitest';
import { formatFlow } from '../../../../../../services/visualiser/app/kit/editor/flow-text.ts';
import { inputFieldsOf, typedInput } from '../../../../../../services/visualiser/app/kit/inputs/inputs.ts';
import { withInput } from '../../../../../../services/visualiser/app/kit/inputs/with-input.ts';

const kindOf = (schema: unknown, inputs: object = {}) =>
  inputFieldsOf({ inputs, inputsSchema: { properties: { x: schema } } })[0]?.kind;

describe('the inputs of a flow as fields', () => {
  it.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', format: 'password' }, 'secret'],
    [{ type: 'string', writeOnly: true }, 'secret'],
    [{ type: 'string', enum: ['a', 'b'] }, 'choice'],
    [{ enum: [1, null] }, 'choice'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'number' }, 'number'],
    [{ type: 'boolean' }, 'checkbox'],
    [{ type: ['string', 'null'] }, 'json'],
    [{ type: 'array' }, 'json'],
    [{ type: 'object', writeOnly: true }, 'secret'],
    [{ type: 'integer', writeOnly: true }, 'secret'],
    [{}, 'json'],
    ['anything', 'json'],
  ])('%j is a field of the kind %s', (schema, kind) => {
    expect(kindOf(schema)).toBe(kind);
  });

  it.each([
    ['a', 'text'],
    ['a\nb', 'lines'],
    [1, 'number'],
    [true, 'checkbox'],
    [null, 'json'],
    [[1], 'json'],
  ])('%j that is not described is a field of the kind %s', (x, kind) => {
    expect(inputFieldsOf({ inputs: { x } })).toMatchObject([{ name: 'x', title: 'x', kind, value: x }]);
  });

  it('are those that are described, then others that are given, with what is said of them', () => {
    const fields = inputFieldsOf({
      inputs: { more: 1, who: 'Ada' },
      inputsSchema: {
        properties: { who: { type: 'string', title: 'Name', description: 'Of the buyer' }, where: {} },
        required: ['who'],
      },
    });
    expect(fields.map(({ name, title, value, isRequired }) => [name, title, value, isRequired])).toEqual([
      ['who', 'Name', 'Ada', true],
      ['where', 'where', undefined, false],
      ['more', 'more', 1, false],
    ]);
    expect(fields[0]?.description).toBe('Of the buyer');
  });

  it.each([[{}], [{ inputs: [], inputsSchema: 3 }], [{ inputsSchema: { properties: null } }]])(
    'are none in %j, which is still being typed',
    (flow) => {
      expect(inputFieldsOf(flow)).toEqual([]);
    },
  );
});

describe('another value of an input', () => {
  const flow = { baseUrl: 'http://a/', inputs: { who: 'Ada', age: 36 }, steps: [{ action: 'snapshot' }] };

  it('is the only change in the text of the flow', () => {
    const text = formatFlow(flow);
    expect(withInput(text, 'who', 'Bob "B"')).toBe(text.replace('"Ada"', '"Bob \\"B\\""'));
    expect(JSON.parse(withInput(text, 'age', undefined))).toEqual({ ...flow, inputs: { who: 'Ada' } });
    expect(withInput(withInput(text, 'age', 1), 'age', 36)).toBe(text);
  });

  it('makes the inputs of a flow that has none', () => {
    expect(JSON.parse(withInput('{ "steps": [] }', 'who', 'Ada'))).toEqual({
      steps: [],
      inputs: { who: 'Ada' },
    });
  });
});

it.each([
  ['string', '12', '12'],
  [undefined, '12', '12'],
  ['integer', '12', 12],
  ['object', '{"a": 1}', { a: 1 }],
  ['integer', 'twelve', 'twelve'],
])('a secret of the type %s that is typed as %s is the value %j', (type, typed, value) => {
  expect(typedInput(type, typed)).toEqual(value);
});
