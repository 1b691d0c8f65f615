/* Each test of a batch has a name of its own, made of its flow and its row, that a run may have. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST } from '#shared/api/limits.ts';
import { testNames } from '../../../../services/gateway/batches/test-names.ts';

it('says the flow, and the row by its name or its inputs', () => {
  const flow = 'shop.order';
  const names = testNames([
    { flow },
    { flow, name: 'in Spanish', inputs: { language: 'es' } },
    { flow, inputs: { article: 'Ghost\n mug', count: 2, gift: true } },
    { flow, inputs: { text: 'x'.repeat(100) } },
    { flow },
    { flow, name: 'in Spanish' },
  ]);
  expect(names).toEqual([
    'shop.order',
    'shop.order › in Spanish',
    'shop.order › article=Ghost mug, count=2, gift=true',
    `shop.order › text=${'x'.repeat(39)}…`,
    'shop.order (2)',
    'shop.order › in Spanish (2)',
  ]);
});

it('gives each test a name of its own, which a run may have, whatever its inputs are', () => {
  const row = fc.record(
    {
      flow: fc.constantFrom('a', 'b', 'f'.repeat(100)),
      name: fc.string({ maxLength: LONGEST.name, unit: 'grapheme' }),
      inputs: fc.dictionary(fc.string({ maxLength: 30 }), fc.jsonValue(), { maxKeys: 3 }),
    },
    { requiredKeys: ['flow'] },
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
      const names = testNames([...rows, ...rows]);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) {
        expect(name.length).toBeLessThanOrEqual(LONGEST.name);
        expect(name.isWellFormed()).toBe(true);
      }
    }),
  );
});
