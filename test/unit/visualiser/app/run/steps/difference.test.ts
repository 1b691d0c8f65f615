/* The words are marked in which a found text differs from the expected one. */
import { expect, it } from 'vitest';
import { differenceOf } from '../../../../../../services/visualiser/app/run/steps/difference.ts';

/** What differs stands in brackets. */
const read = (expected: string, found: string) => {
  const difference = differenceOf({ expected, found });
  const line = (parts: typeof difference.found) =>
    parts.map(({ text, differs }) => (differs ? `[${text}]` : text)).join('');
  return [line(difference.expected), line(difference.found)];
};

it.each([
  ['= "Total: 30 EUR"', '"Total: 31 EUR"', 'Total: [30] EUR', 'Total: [31] EUR'],
  ['= "a \\"b\\""', '"a \\"b\\" c"', 'a "b"', 'a "b"[ c]'],
  ['= "one"', '""', '[one]', ''],
])('of a text that was to be %s and is %s the words that differ are marked', (expected, found, ...lines) => {
  expect(read(expected, found)).toEqual(lines);
});

it('of a text that was cut in its event is of what is left of it', () => {
  expect(read('= "a long text that is cu', '"a short text that is cu')).toEqual([
    'a [long] text that is cu',
    'a [short] text that is cu',
  ]);
});

it.each([
  ['with "a"', '"b"'],
  ['≥ 1 ≤ 2', '3'],
  ['visible', 'hidden'],
  ['= 3', '4'],
])('of what is no text that was to be equal is the whole: %s, %s', (expected, found) => {
  expect(read(expected, found)).toEqual([expected, found]);
});
