/* A tool call is completed with defaults or refused with what is wrong, as its listed schema says. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeInput, describeOutput, InputError, readInput } from '../../../services/mcp/read-input.ts';

const step = z.discriminatedUnion('action', [
  z.object({ action: z.literal('goto'), url: z.string(), note: z.string().optional().describe('said once') }),
  z.object({
    action: z.literal('click'),
    selector: z.string(),
    note: z.string().optional().describe('said once'),
  }),
]);
const schema = z.object({
  steps: z.array(step),
  retries: z.int().default(2),
  labels: z.record(z.string(), z.int()).optional(),
});

const linesOf = (value: unknown) => {
  try {
    readInput(schema, value);
  } catch (error) {
    if (error instanceof InputError) return error.lines;
    throw error;
  }
  return [];
};

describe('the arguments of a call', () => {
  test('get their defaults', () => {
    expect(readInput(schema, { steps: [] })).toEqual({ steps: [], retries: 2 });
  });

  test.each<[string, unknown, string[]]>([
    ['lack a field', {}, ['steps: is required']],
    ['are nothing', null, ['arguments: must be an object, not null']],
    [
      'have an unknown verb',
      { steps: [{ action: 'tap' }] },
      ['steps.0.action (step 1): must be one of goto, click'],
    ],
    [
      'have fields that nobody reads, however deep',
      { steps: [{ action: 'goto', url: '/', timeout: 5 }], retry: 1, labels: { any: 1 } },
      ['steps.0.timeout (step 1): there is no such field', 'retry: there is no such field'],
    ],
  ])('that %s are refused by path', (_, value, lines) => {
    expect(linesOf(value)).toEqual(lines);
  });
});

describe('a schema as it is listed', () => {
  test('has one object for the variants of a choice, and says which field belongs to which', () => {
    expect(describeInput(schema).properties?.steps).toEqual({
      type: 'array',
      items: {
        type: 'object',
        properties: {
          action: { enum: ['goto', 'click'], description: 'With these fields: goto(url), click(selector)' },
          url: { type: 'string' },
          selector: { type: 'string' },
          note: { type: 'string', description: 'said once' },
        },
        required: ['action'],
        additionalProperties: false,
      },
    });
  });

  test('says what it says once', () => {
    const twice = z.object({
      one: z.string().describe('said once'),
      other: z.string().describe('said once'),
    });
    expect(JSON.stringify(describeInput(twice)).match(/said once/g)).toHaveLength(1);
  });

  test('says of what refers to itself only its type and description', () => {
    const tree = z.object({
      get inner() {
        return tree.optional();
      },
    });
    const described = describeInput(
      z.object({ any: z.json().describe('any JSON'), tree: tree.describe('of trees') }),
    );
    expect(JSON.stringify(described)).not.toMatch(/\$ref|definitions/);
    expect(described.properties).toEqual({
      any: { description: 'any JSON' },
      tree: {
        type: 'object',
        description: 'of trees',
        properties: { inner: {} },
      },
    });
  });

  test('of data is an outline', () => {
    const data = z.object({ id: z.uuid(), run: schema.optional(), labels: z.array(z.string()) });
    expect(describeOutput(data)).toEqual({
      type: 'object',
      properties: { id: { type: 'string' }, run: {}, labels: { type: 'array' } },
      required: ['id', 'labels'],
    });
  });

  test('refuses what it does not tell, and asks for no field with a default', () => {
    expect(describeInput(schema)).toMatchObject({
      type: 'object',
      required: ['steps'],
      additionalProperties: false,
      properties: { labels: { additionalProperties: { type: 'integer' } } },
    });
  });
});
