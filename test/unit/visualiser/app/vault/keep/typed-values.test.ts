/* The vault is offered each secret that a flow types, and only that text is replaced by its name. */
import { describe, expect, it } from 'vitest';
import {
  originOf,
  suggestedName,
  typedValuesOf,
  withTemplate,
} from '../../../../../../services/visualiser/app/vault/keep/typed-values.ts';

const fill = (selector: string, value: unknown, more = {}) => ({ action: 'fill', selector, value, ...more });
const flow = (...steps: unknown[]) => ({ baseUrl: 'https://www.shop.example:8443/in?x', steps });
const values = (...steps: unknown[]) => typedValuesOf(flow(...steps)).map(({ value }) => value);

describe('the values that a flow types', () => {
  it('are those that count as secret, those of password fields first', () => {
    const found = typedValuesOf(
      flow(fill('#search', 'mugs'), { action: 'goto', url: '/a' }, fill('[name="Password"]', 'hunter2')),
    );
    expect(found).toEqual([
      expect.objectContaining({ path: 'steps.2.value', value: 'hunter2', isPassword: true }),
      expect.objectContaining({ path: 'steps.0.value', value: 'mugs', isPassword: false }),
    ]);
  });

  it('are none where nothing is written that the vault could keep', () => {
    expect(
      values(
        fill('#a', 'public', { secret: false }),
        fill('#b', `\${inputs.b}`),
        fill('#c', `\${secrets.shop.password}`),
        fill('#d', `pre\${inputs.b}`),
        fill('#e', `\${nothing`),
        fill('#f', 'ab'),
        fill('#g', 7),
        { action: 'type', value: 'hunter2' },
        'no step',
      ),
    ).toEqual([]);
    expect(typedValuesOf({ steps: 'none' })).toEqual([]);
  });

  it('are found in onCancel, once for all steps that type the same, as they are typed', () => {
    const both = { steps: [fill('#pw', 'a$${b'), fill('#again', 'a$${b')], onCancel: [fill('#pw', 'a$${b')] };
    expect(typedValuesOf(both)).toEqual([
      {
        path: 'steps.0.value',
        places: [
          { list: 'steps', index: 0 },
          { list: 'steps', index: 1 },
          { list: 'onCancel', index: 0 },
        ],
        selector: '#pw',
        value: `a\${b`,
        isPassword: false,
      },
    ]);
  });

  it('may be hidden: then each is one of its own', () => {
    expect(values(fill('#a', '[REDACTED]'), fill('#b', '[REDACTED]'))).toEqual([undefined, undefined]);
  });

  it('are replaced by a name, and the text around them stays as it was written', () => {
    const text =
      '{ "steps": [\n  {"action":"fill",  "value": "hunter2", "selector": "#pw"},\n  {"value":"hunter2","action":"fill"} ] }';
    const [found] = typedValuesOf(JSON.parse(text));
    expect(withTemplate(text, found!, `\${secrets.shop}`)).toBe(
      text.replaceAll('hunter2', `\${secrets.shop}`),
    );
  });
});

describe('the form that is offered', () => {
  it('begins with the origin of the flow, where it has one', () => {
    expect(originOf(flow())).toBe('https://www.shop.example:8443');
    expect(originOf({ baseUrl: 'https://ann:pw@shop.example/' })).toBe('https://shop.example');
    for (const baseUrl of ['ftp://shop.example', 'shop', 7, undefined])
      expect(originOf({ baseUrl })).toBe('');
  });

  it.each([
    ['[name=password]', 'https://www.shop.example', 'shop_password'],
    ['#login-pw', 'https://shop.example', 'shop_login_pw'],
    ['input[id="9"]', 'https://shop.example', 'shop_value'],
    ['input[type=password]', 'http://127.0.0.1:80', 'password'],
    ['[name="user[pass]"]', 'http://localhost', 'user'],
    ['.x', 'nowhere', 'value'],
  ])('names the value of %s at %s', (selector, baseUrl, name) => {
    const given = { baseUrl, steps: [fill(selector, 'hunter2')] };
    const [found] = typedValuesOf(given);
    expect(suggestedName(given, found!)).toBe(name);
    expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);
  });
});
