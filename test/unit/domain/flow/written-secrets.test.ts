/* Each secret that is written in a flow is found, also in addresses, defaults and steps after a cancel. */
import { describe, expect, it } from 'vitest';
import type { Step } from '#shared/domain/flow/step.ts';
import { writtenSecrets } from '#shared/domain/flow/written-secrets.ts';

const baseUrl = 'https://shop.test';
const fill = (value: string, secret?: boolean) =>
  ({ action: 'fill', selector: '#a', value, ...(secret !== undefined && { secret }) }) as Step;
const goto = (url: string): Step => ({ action: 'goto', url });
const found = (steps: Step[], more = {}) =>
  writtenSecrets({ baseUrl, steps, ...more }).map(({ path }) => path.join('.'));

describe('the secrets that are written in a flow', () => {
  it.each([
    ['a value', fill('hunter2')],
    ['a value that is marked', fill('hunter2', true)],
    ['a value beside a template', fill('${inputs.a}-1')],
    ['an escaped template', fill('$${inputs.a}')],
  ])('are %s', (_, step) => expect(found([step])).toEqual(['steps.0.value']));

  it.each([
    ['a value that is said to be none', fill('Ada', false)],
    ['a template', fill('${inputs.a}')],
    ['several templates', fill('${inputs.a}${run.id}')],
    ['nothing', fill('')],
    ['an address', goto('/log-in?user=ada')],
    ['a user without a password', goto('https://ada@shop.test/')],
  ])('are not %s', (_, step) => expect(found([step])).toEqual([]));

  it('are passwords in addresses, in relative ones too', () => {
    expect(found([goto('https://ada:pw@shop.test/'), goto('//ada:pw@shop.test/')])).toEqual([
      'steps.0.url',
      'steps.1.url',
    ]);
    expect(found([goto('/')], { baseUrl: 'https://ada:pw@shop.test' })).toContain('baseUrl');
  });

  it('are found in what runs after a cancel as well', () => {
    expect(found([goto('/')], { onCancel: [fill('hunter2')] })).toEqual(['onCancel.0.value']);
  });

  it.each<[string, Step[], object, string[]]>([
    ['a default', [fill('${inputs.pw}')], { pw: { default: 'hunter2' } }, ['pw.default']],
    ['a number', [fill('${inputs.pw}')], { pw: { const: 4711 } }, ['pw.const']],
    [
      'other values that a schema says',
      [fill('${inputs.pw}', true), fill('${inputs.pw}')],
      { pw: { enum: ['hunter2'], const: 'hunter2', examples: ['', 'hunter2'] } },
      ['pw.const', 'pw.enum', 'pw.examples'],
    ],
    [
      'a default around the value, and one of it',
      [fill('${inputs.user.pw}')],
      {
        user: {
          default: { pw: 'hunter2' },
          properties: { pw: { default: 'hunter2' }, name: { default: 'Ada' } },
        },
      },
      ['user.default', 'user.properties.pw.default'],
    ],
    [
      'a default of items',
      [fill('${inputs.all.0.pw}')],
      { all: { items: { additionalProperties: { default: 'hunter2' } } } },
      ['all.items.additionalProperties.default'],
    ],
    [
      'none of what is not typed',
      [fill('${inputs.user.pw}')],
      { user: { default: { name: 'Ada' } }, b: { default: 'x' } },
      [],
    ],
    ['none that is empty', [fill('${inputs.pw}')], { pw: { default: '', examples: [null, true] } }, []],
    ['none of what is said to be no secret', [fill('${inputs.pw}', false)], { pw: { default: 'Ada' } }, []],
    ['none of what is only named', [goto('/${inputs.page}')], { page: { default: 'cart' } }, []],
    [
      'a password in the address that an input has',
      [goto('${inputs.a}')],
      { a: { default: 'https://ada:hunter2@shop.test/', examples: ['/log-in'] } },
      ['a.default'],
    ],
  ])('are behind a name: %s', (_, steps, properties, places) => {
    const paths = places.map((place) => `inputsSchema.properties.${place}`);
    expect(found(steps, { inputsSchema: { properties } })).toEqual(paths);
  });

  it('are what a step sets for another to type, through whatever names', () => {
    const set = (name: string, value: unknown) => ({ action: 'set', name, value }) as Step;
    const inputsSchema = { properties: { pin: { properties: { code: { default: '4711' } } } } };
    const steps = [
      set('pw', 'hunter2'),
      set('user', { name: 'Ada', pw: ['hunter2', 7], pin: '${inputs.pin}' }),
      set('again', '${results.pw}'),
      set('again', '${results.again}'),
      fill('${results.again}'),
      fill('${results.user.pw.0}'),
      fill('${results.user.pin.code}'),
      set('where', '//ada:hunter2@shop.test/'),
      goto('${results.where}'),
    ];
    expect(found(steps, { inputsSchema }).toSorted()).toEqual([
      'inputsSchema.properties.pin.properties.code.default',
      'steps.0.value',
      'steps.1.value.pw.0',
      'steps.7.value',
    ]);
  });
});
