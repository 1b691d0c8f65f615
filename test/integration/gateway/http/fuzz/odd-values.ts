import fc from 'fast-check';

/** Texts that have broken something somewhere. */
const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '\u202e\u200b\ufeff',
  '💥'.repeat(20),
  '../../etc/passwd',
  '..\\..\\x',
  '%',
  '%00',
  '%zz',
  "'; drop table runs; --",
  "' or '1'='1",
  '" or ""="',
  '$1',
  '$(id)',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '\r\nSet-Cookie: a=b',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  'null',
  'undefined',
  '-1',
  '1e309',
  '9007199254740993',
  '0x10',
  '999999999',
  '2024-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2024-01-01T00:00:00+99:99',
  'http://[::1',
  'javascript:alert(1)',
  'x'.repeat(300),
  'x'.repeat(5_000),
];

export const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

const oddNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.5, 1e21, 2 ** 31, 2 ** 53, 1e308, -(2 ** 63)),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Keys that are special to objects or to those who copy them. */
const oddKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'length',
  '',
  '\0',
  '$where',
  '0',
);

const leaf = fc.oneof(oddText, oddNumber, fc.boolean(), fc.constant(null));

/** May have `__proto__` as a field of its own, like JSON. */
const objectOf = (entries: [string, unknown][]): unknown => {
  const made: Record<string, unknown> = {};
  for (const [key, value] of entries)
    Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
  return made;
};

/** Anything that JSON can say, of bounded depth. */
export const oddValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(oddKey, oddText), tie('value')), { maxLength: 4 })
      .map((entries) => objectOf(entries)),
  ),
})).value;

/** Nested far deeper than anybody means it. */
const deepText = fc
  .tuple(fc.constantFrom<[string, string]>(['[', ']'], ['{"a":', '}']), fc.integer({ min: 50, max: 20_000 }))
  .map(([[open, close], depth]) => `${open.repeat(depth)}1${close.repeat(depth)}`);

/** What is sent as a body without being meant as one. */
export const oddBody: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 4, arbitrary: oddValue.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: oddText },
  { weight: 1, arbitrary: deepText },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{',
      '{"a":1',
      '[1,]',
      '\ufeff{}',
      '{"a":1}{"a":2}',
      '{"reason":"a","reason":"b"}',
      `{"x":"${'y'.repeat(1_100_000)}"}`,
      `[${'1,'.repeat(100_000)}1]`,
    ),
  },
);
