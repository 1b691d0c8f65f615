/* A selector by which the value of a field could be guessed is refused. */
import { describe, expect, test } from 'vitest';
import {
  looksAtValues,
  refuseSelectorsOfValues,
} from '../../../../../services/runner/browser/vault/unread.ts';

describe('a selector that may depend on what is in a field', () => {
  test.each([
    'input[value^=T]',
    'input[ VALUE ^= "T" i]',
    'input[data-value$=x]',
    'input[*|value]',
    'form:has(input[type=password][value*=x])',
    String.raw`input[\76 alue^=T]`,
    String.raw`input[val\000075 e^=T]`,
    String.raw`input[\value^=T]`,
    'input[/* a */value^=T]',
    'input[va/**/lue^=T]',
    String.raw`form >> internal:has="input[\u0076alue^=T]"`,
    String.raw`form >> internal:has="input[\\76 alue^=T]"`,
    '#frame >> internal:control=enter-frame >> input[value]',
    '//input[starts-with(@value, "T")]',
    '//input[@*[starts-with(., "T")]]',
    '//input/@ node()',
    '//input[attribute :: value = "T"]',
    '//input[attribute::x:value = "T"]',
    '_react=Input[password ^= "T"]',
    '_vue=form',
    `#${'a'.repeat(2_001)}`,
    `${'\\'.repeat(64)}76alue`,
  ])('%s', (selector) => {
    expect(looksAtValues(selector)).toBe(true);
  });

  test.each([
    '#value',
    '.value [data-price="value"]',
    '[name="value"]',
    'text="value"',
    String.raw`text=/\d+ values/`,
    String.raw`#\31 23 .sm\:flex`,
    'input[type=password]',
    'role=button[name="Set value"]',
    '//button[@id="value"]',
    'text=ann@login.test',
    String.raw`form >> internal:has="[name=\"a\"]"`,
  ])('not %s', (selector) => {
    expect(looksAtValues(selector)).toBe(false);
  });

  test('is refused wherever a step has selectors', () => {
    const bad = 'input[value^=T]';
    const steps = [
      { action: 'click' as const, selector: bad },
      { action: 'snapshot' as const, when: { visible: bad } },
      { action: 'snapshot' as const, when: { hidden: bad } },
      { action: 'verify' as const, selectorVisible: ['#in', bad] },
      { action: 'extract' as const, name: 'a', selector: 'form', as: 'list' as const, columns: { a: bad } },
      { action: 'expect' as const, is: 'count' as const, selector: bad, equals: 1 },
    ];
    for (const step of steps) expect(() => refuseSelectorsOfValues(step)).toThrow('no selector may look at');
    expect(() =>
      refuseSelectorsOfValues({
        action: 'extract',
        name: 'a',
        selector: 'table',
        as: 'table',
        columns: [bad],
      }),
    ).not.toThrow();
  });
});
