/* A text is found in a page of any size, whatever its case and spaces. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { loose, textsIn } from '../../../../../services/runner/browser/page/loose-text.ts';

/** Around the edges of what is searched at once. */
const filler = fc.integer({ min: 4_080, max: 4_110 }).map((length) => 'x'.repeat(length));
const words = fc.array(fc.constantFrom('a', 'B', ' ', '  ', '\n', 'ab', 'É'), { maxLength: 12 });

test('a text is found in slices where it is in the whole, whatever its case and spaces', async () => {
  const cases = fc.tuple(filler, words, fc.array(words, { minLength: 1, maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(cases, async ([before, between, wanted]) => {
      const whole = before + between.join('') + before;
      const texts = wanted.map((one) => one.join('')).filter((text) => text !== '');
      fc.pre(texts.length > 0);
      const found = await inSlices(textsIn(whole, texts));
      expect([...found].sort()).toEqual(
        [...new Set(texts.filter((text) => loose(whole).includes(loose(text))))].sort(),
      );
    }),
  );
});

test('texts that are the same but for case and spaces are each found', async () => {
  expect(await inSlices(textsIn('Order  placed', ['order placed', 'ORDER\nplaced', 'nowhere']))).toEqual(
    new Set(['order placed', 'ORDER\nplaced']),
  );
});
