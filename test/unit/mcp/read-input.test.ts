import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeSchema, InputError, readInput } from '../../../services/mcp/read-input.ts';

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
    ['have an unknown verb', { steps: [{ action: 'tap' }] }, ['steps.0.action: must be one of goto, click']],
    [
      'have fields that nobody reads, however deep',
      { steps: [{ action: 'goto', url: '/', timeout: 5 }], retry: 1, labels: { any: 1 } },
      ['steps.0.timeout: there is no such field', 'retry: there is no such field'],
    ],
  ])('that %s are refused by path', (_, value, lines) => {
    expect(linesOf(value)).toEqual(lines);
  });
});

describe('a schema as it is told', () => {
  const told = JSON.stringify(describeSchema(schema, 'input'));

  test('says what it says once', () => {
    expect(told.match(/said once/g)).toHaveLength(1);
    expect(told.match(/"note":/g)).toHaveLength(2);
  });

  test('refuses what it does not tell, and asks for no field with a default', () => {
    expect(describeSchema(schema, 'input')).toMatchObject({
      type: 'object',
      required: ['steps'],
      additionalProperties: false,
      properties: { labels: { additionalProperties: { type: 'integer' } } },
    });
  });
});
