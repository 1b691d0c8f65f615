/* A run's flow that is kept under a name holds no secret: each hidden value becomes an input. */
import { describe, expect, it } from 'vitest';
import { VALUE_NAME } from '#shared/domain/flow/template.ts';
import { VALUE_NAME_PATTERN } from '../../../../../../services/visualiser/app/flows/save/input-name.ts';
import {
  dropsPassword,
  hiddenValuesOf,
  keptFlowOf,
  lostPlacesOf,
} from '../../../../../../services/visualiser/app/flows/save/kept-flow.ts';
import { keptFieldsOf, readNamed } from '../../../../../../services/visualiser/app/kit/editor/flow-draft.ts';

const shownOf = (flow: Record<string, unknown>) => ({ flow, hidden: [], keepsHidden: true });

const SHOWN = shownOf({
  project: 'p',
  baseUrl: 'https://shop.test/',
  headless: true,
  captureScreenshotAfterEachStep: true,
  defaultTimeoutMs: 30_000,
  name: 'Order',
  labels: ['nightly'],
  inputs: { article: 'mug', count: 2, pin: '[REDACTED]' },
  inputsSchema: {
    type: 'object',
    properties: { pin: { type: 'string', writeOnly: true } },
    required: ['pin'],
  },
  steps: [
    { action: 'goto', url: 'https://[REDACTED]@shop.test/login' },
    { action: 'fill', selector: 'input[name="password"]', value: '[REDACTED]' },
    { action: 'fill', selector: '#password', value: '[REDACTED]' },
    { action: 'fill', selector: 'text=Code', value: '[REDACTED]', note: 'not [REDACTED]' },
    { action: 'fill', selector: '#pin', value: '${inputs.pin}' },
    { action: 'click', selector: 'text=Pay ${inputs.article} ${inputs.count}' },
    { action: 'expect', is: 'text', selector: 'h1', contains: 'Hi [REDACTED]' },
  ],
  onCancel: [{ action: 'fill', selector: '#pin', value: '[REDACTED]' }],
});

const WORDS = { language: 'en', notJson: String, notObject: '' } as const;

const keptAs = (names?: Record<string, string>) =>
  keptFieldsOf(keptFlowOf(SHOWN, ({ name }) => names?.[name] ?? name)) as {
    steps: Record<string, unknown>[];
    onCancel: unknown;
    inputsSchema: { properties: object; required: string[] };
  };

describe('the flow of a run, kept under a name', () => {
  it('has an input for each value that is hidden, named as the element that it is typed into', () => {
    expect(
      hiddenValuesOf(SHOWN).map(({ list, index, field, name }) => [`${list}.${index}.${field}`, name]),
    ).toEqual([
      ['steps.0.url', 'address'],
      ['steps.1.value', 'password'],
      ['steps.2.value', 'password2'],
      ['steps.3.value', 'secret'],
      ['steps.6.contains', 'secret2'],
      // One is called so already.
      ['onCancel.0.value', 'pin2'],
    ]);
  });

  it('holds no secret and nothing of a start, and the contract takes it', () => {
    const kept = keptAs();
    expect(readNamed(JSON.stringify(kept), WORDS).issues).toEqual([]);
    expect(Object.keys(kept)).toEqual([
      'baseUrl',
      'inputsSchema',
      'captureScreenshotAfterEachStep',
      'steps',
      'onCancel',
    ]);
    expect(kept.steps.map(({ url, value, contains }) => url ?? value ?? contains)).toEqual([
      '${inputs.address}',
      '${inputs.password}',
      '${inputs.password2}',
      '${inputs.secret}',
      '${inputs.pin}',
      undefined,
      'Hi ${inputs.secret2}',
    ]);
    expect(kept.inputsSchema).toEqual({
      type: 'object',
      properties: {
        pin: { type: 'string', writeOnly: true },
        article: { type: 'string', default: 'mug' },
        count: { type: 'number', default: 2 },
        ...Object.fromEntries(
          ['address', 'password', 'password2', 'secret', 'secret2', 'pin2'].map((name) => [
            name,
            { type: 'string', writeOnly: true },
          ]),
        ),
      },
      required: ['pin', 'address', 'password', 'password2', 'secret', 'secret2', 'pin2'],
    });
  });

  it('takes other names, and makes one input of two that have the same', () => {
    const kept = keptAs({ password2: 'password', pin2: 'pin' });
    expect(kept.steps[1]?.value).toBe('${inputs.password}');
    expect(kept.steps[2]?.value).toBe('${inputs.password}');
    expect(kept.onCancel).toEqual([{ action: 'fill', selector: '#pin', value: '${inputs.pin}' }]);
    expect(kept.inputsSchema.required).toEqual(['pin', 'address', 'password', 'secret', 'secret2']);
  });

  it('without inputs has no schema of them', () => {
    const plain = { baseUrl: 'http://a/', steps: [{ action: 'goto', url: '/' }] };
    expect(keptFlowOf(shownOf(plain), () => '')).toEqual(plain);
  });

  it('has no value of an input that is hidden, or that a step types as a secret', () => {
    const [pin, user] = [{ enum: ['1234', '5678'], const: '1234' }, { examples: [{ password: 'clear' }] }];
    const kept = keptFlowOf(
      shownOf({
        baseUrl: 'https://shop.test/',
        inputs: {
          user: { name: 'ann', password: '[REDACTED]' },
          short: '12',
          deep: '[REDACTED]',
          plain: 'a',
        },
        inputsSchema: {
          default: { pin: '1234' },
          properties: {
            pin: { type: 'string', default: '1234', ...pin },
            plain: { type: 'string', default: 'a', description: 'not [REDACTED]' },
            same: { type: 'string', enum: ['[REDACTED]', 'other'] },
            deep: {
              ...user,
              type: 'object',
              properties: { default: { type: 'string', default: 'clear' } },
              additionalProperties: { items: { const: 'clear' } },
            },
          },
        },
        steps: [
          { action: 'fill', selector: '#a', value: '${inputs.pin}' },
          { action: 'fill', selector: '#b', value: '${inputs.user.password}' },
          { action: 'fill', selector: '#c', value: '${inputs.short}' },
          { action: 'fill', selector: '#d', value: '${inputs.plain}', secret: false },
        ],
      }),
      ({ name }) => name,
    );
    expect(kept.inputsSchema).toEqual({
      type: 'object',
      properties: {
        pin: { type: 'string', writeOnly: true },
        plain: { type: 'string', default: 'a' },
        same: { type: 'string', writeOnly: true },
        deep: {
          type: 'object',
          writeOnly: true,
          properties: { default: { type: 'string' } },
          additionalProperties: { items: {} },
        },
        user: { type: 'object', writeOnly: true },
        short: { type: 'string', writeOnly: true },
      },
      required: ['pin', 'user', 'short'],
    });
    expect(readNamed(JSON.stringify(kept), WORDS).issues).toEqual([]);
  });

  it('keeps what is hidden where no template can stand, and names the place', () => {
    const schema = { type: 'string', enum: ['[REDACTED]'] };
    const steps = [
      { action: 'extract', name: 'z', selector: '#[REDACTED]', as: 'text', schema, note: '[REDACTED]' },
    ];
    const shown = shownOf({ baseUrl: 'https://shop.test/', steps });
    expect(lostPlacesOf(shown)).toEqual([{ list: 'steps', index: 0, field: 'schema', action: 'extract' }]);
    expect(hiddenValuesOf(shown).map(({ field }) => field)).toEqual(['selector']);
    expect(keptFlowOf(shown, () => 'secret').steps).toEqual([{ ...steps[0], selector: '#${inputs.secret}' }]);
    expect(lostPlacesOf(SHOWN)).toEqual([]);
  });

  it('leaves out the password of its site, and says so', () => {
    const shown = shownOf({ baseUrl: 'https://[REDACTED]@a.test/x', steps: [] });
    expect(dropsPassword(shown)).toBe(true);
    expect(keptFlowOf(shown, () => '')).toMatchObject({ baseUrl: 'https://a.test/x' });
    expect(dropsPassword(SHOWN)).toBe(false);
  });
});

it('a form takes the names of inputs that a template can name', () => {
  const form = new RegExp(`^(?:${VALUE_NAME_PATTERN})$`, 'v');
  for (const name of ['a', '_', 'a-b_9', '9a', '', 'a b', 'ñ', 'a'.repeat(64), 'a'.repeat(65)])
    expect(form.test(name), name).toBe(VALUE_NAME.test(name));
});
