/* A selector that finds nothing is answered with the nearest ones that exist. */
import { expect, it } from 'vitest';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { nearestNames } from '../../../../../services/runner/browser/nearest/nearest-names.ts';
import { namesIn, withName } from '../../../../../services/runner/browser/nearest/selector-names.ts';

it.each([
  ['#buy', [['id', 'buy']]],
  [
    'form#checkout >> #buy',
    [
      ['id', 'checkout'],
      ['id', 'buy'],
    ],
  ],
  ['[data-testid="a b"] button', [['attribute', 'a b']]],
  ['button:has-text("Buy #1")', [['has-text', 'Buy #1']]],
  ['text=Buy now', [['text', 'Buy now']]],
  ['"Buy now"', [['text', 'Buy now']]],
  ['role=button[name="Buy"]', [['role', 'Buy']]],
  ['a[href="#top"]', []],
  ['//div[@id="buy"]', []],
  [`#${'x'.repeat(600)}`, []],
])('%s asks for these names', (selector, names) => {
  expect(namesIn(selector).map(({ kind, value }) => [kind, value])).toEqual(names);
});

it('a name is put in place of the one that was asked for, or stands alone', () => {
  const [, name] = namesIn('form#checkout >> div#buy');
  expect(withName('form#checkout >> div#buy', name!, 'buy-now')).toEqual([
    'form#checkout >> div#buy-now',
    '#buy-now',
  ]);
  const [text] = namesIn('text=Buy');
  expect(withName('text=Buy', text!, 'Say "hi"')).toEqual(['text="Say \\"hi\\""']);
  const [id] = namesIn('#buy');
  expect(withName('#buy', id!, '1 a"')).toEqual(['[id="1 a\\""]']);
});

it('names are near that differ in a few letters, or have all the words; the nearest first', async () => {
  const found = ['sell', 'buy-later', 'buy-now', 'bye', 'buys', 'BUY', 'x'.repeat(90)];
  const near = await inSlices(
    nearestNames(
      ['buy'],
      found.map((value) => ({ of: 0, value })),
    ),
  );
  expect(near.map(({ value }) => value)).toEqual(['BUY', 'buys', 'buy-now', 'buy-later']);
});

it('what a page says of names that were not asked for is left out', async () => {
  const found = [
    { of: 3, value: 'buy' },
    { of: 0, value: 7 as unknown as string },
  ];
  expect(await inSlices(nearestNames(['buy'], found))).toEqual([]);
});
