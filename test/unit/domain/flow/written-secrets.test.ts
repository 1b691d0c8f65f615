import { describe, expect, it } from 'vitest';
import type { Step } from '#shared/domain/flow/step.ts';
import { writtenSecrets } from '#shared/domain/flow/written-secrets.ts';

const baseUrl = 'https://shop.test';
const fill = (value: string, secret?: boolean) =>
  ({ action: 'fill', selector: '#a', value, ...(secret !== undefined && { secret }) }) as Step;
const goto = (url: string): Step => ({ action: 'goto', url });
const found = (steps: Step[], more = {}) =>
  writtenSecrets({ baseUrl, steps, ...more }).map((path) => path.join('.'));

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
});
