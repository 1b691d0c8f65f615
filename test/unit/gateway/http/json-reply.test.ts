/* I13: a large reply is the usual JSON, written with pauses in which others are answered. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonParts } from '../../../../services/gateway/http/json-reply.ts';

const written = (body: object): { text: string; pauses: number } => {
  const work = jsonParts(body);
  for (let pauses = 0; ; pauses += 1) {
    const { done, value } = work.next();
    if (done) return { text: value.join(''), pauses };
  }
};

it('a large reply is the text that JSON.stringify makes', () => {
  const at = new Date(0);
  for (const body of [
    {},
    [],
    { a: undefined, b: null, c: [undefined, Number.NaN, at, []], d: { at, e: {} } },
  ])
    expect(written(body).text).toBe(JSON.stringify(body));
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (body) => {
      expect(written(body).text).toBe(JSON.stringify(body));
    }),
  );
});

it('I13: is paused after each element of a list, also of one within an object', () => {
  const tests = Array.from({ length: 1_000 }, (_, index) => ({ index }));
  expect(written(tests).pauses).toBe(1_000);
  expect(written({ results: { tests } }).pauses).toBeGreaterThanOrEqual(1_000);
});

it('may have a list of any length, and objects of any depth', () => {
  const numbers = Array.from({ length: 300_000 }, (_, n) => n);
  expect(JSON.parse(written({ results: { numbers } }).text)).toEqual({ results: { numbers } });
  let deep: object = {};
  for (let level = 0; level < 2_000; level += 1) deep = { deep };
  expect(written({ deep }).text).toBe(JSON.stringify({ deep }));
});
