/* A step does in the browser what its verb says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extendedOnly } from '../../../../support/share.ts';
import { type BrowserBench, createBench } from '../fixture.ts';

let bench: BrowserBench;

beforeAll(async () => {
  bench = await createBench();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const FORM = { action: 'goto', url: '/form' };
const seen = (selector: string) => ({ action: 'waitForSelector', selector });

/** The last outcome; a step that fails before it shows here as well. */
const last = async (steps: object[]) => (await bench.run([FORM, ...steps])).at(-1);

describe('a step does what its verb says', () => {
  test('goto resolves against baseUrl and does not wait for pictures that never come', async () => {
    const outcomes = await bench.run([{ action: 'goto', url: 'plain?x=1' }, seen('h1:has-text("Plain")')]);
    expect(outcomes).toEqual([
      { index: 0, action: 'goto', ok: true },
      { index: 1, action: 'waitForSelector', ok: true },
    ]);
    expect(bench.site.requests).toContain('/plain?x=1');
  });

  test.each([
    [
      'click, press, hover and waitForSelector of what comes later',
      [
        { action: 'click', selector: '#later' },
        seen('text=came'),
        { action: 'press', key: 'F2' },
        seen('#key:has-text("F2")'),
        { action: 'hover', selector: '#target' },
        seen('#hovered'),
      ],
    ],
    [
      'check and uncheck',
      [
        { action: 'check', selector: '[name=terms]' },
        seen('[name=terms]:checked'),
        { action: 'uncheck', selector: '[name=news]' },
        seen('[name=news]:not(:checked)'),
      ],
    ],
    [
      'fill, and selectOption with one value and with several',
      [
        { action: 'fill', selector: '[name=name]', value: 'Ada' },
        { action: 'selectOption', selector: '[name=size]', value: 'l' },
        { action: 'selectOption', selector: '[name=tags]', value: ['one', 'three'] },
        { action: 'click', selector: '#send' },
        seen('#query:has-text("name=Ada")'),
        seen('#query:has-text("size=l")'),
        seen('#query:has-text("tags=one&tags=three")'),
      ],
    ],
  ])('%s', async (_, steps) => {
    expect(await last(steps)).toMatchObject({ index: steps.length, ok: true });
  });

  extendedOnly(() => {
    test('a selector that matches several elements means the first', async () => {
      expect(await last([{ action: 'hover', selector: 'button' }])).toMatchObject({ ok: true });
    });
  });
});
