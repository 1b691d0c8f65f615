/* A template names only what can have a value then, and what is filled in means what was written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startBody } from '#shared/api/contract/runs/start.ts';
import { fillIn, templateIssues } from '#shared/domain/flow/fill-in.ts';
import { secretsOf } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { stepSchema } from '#shared/domain/flow/step.ts';
import { fillText, fillValue, MissingValue, parseTemplate, valueAt } from '#shared/domain/flow/template.ts';
import { vaultReferencesOf } from '#shared/domain/flow/vault.ts';

const VALUES: Record<string, unknown> = { name: 'Ada & Bob', total: 30, list: [1, 2], none: null };
const lookUp = ({ path }: { path: readonly string[] }) => valueAt(VALUES, path);

describe('a template', () => {
  it.each([
    ['plain $ { } $}', 'plain $ { } $}'],
    ['$${inputs.name} stays', '${inputs.name} stays'],
    ['a${inputs.name}b', 'aAda & Bobb'],
    ['${inputs.total}/${inputs.list}/${inputs.none}|', '30/[1,2]/|'],
    ['${inputs.list.1}', '2'],
  ])('%s is filled in as %s', (text, filled) => {
    expect(fillText(text, 'text', lookUp)).toBe(filled);
  });

  it('is encoded inside an address, and itself if it is all of it', () => {
    expect(fillText('/find?q=${inputs.name}', 'url', lookUp)).toBe('/find?q=Ada%20%26%20Bob');
    expect(fillText('${inputs.name}', 'url', lookUp)).toBe('Ada & Bob');
  });

  it('matches itself in a pattern, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const pattern = fillText('^${inputs.x}$', 'pattern', () => value);
        expect(new RegExp(pattern).test(value)).toBe(true);
      }),
    );
  });

  it('keeps the type of what it names, if there is nothing else', () => {
    expect(fillValue('${inputs.list}', lookUp)).toEqual([1, 2]);
    expect(fillValue('${inputs.list}!', lookUp)).toBe('[1,2]!');
  });

  it('that names what has no value says which', () => {
    expect(() => fillText('${results.x.y}', 'text', lookUp)).toThrow(MissingValue);
    expect(() => fillText('${results.x.y}', 'text', lookUp)).toThrow('${results.x.y} has no value');
  });

  it.each([
    '${',
    '${}',
    '${x}',
    '${inputs}',
    '${inputs.}',
    '${inputs.a b}',
    '${run.user}',
    '${inputs.__proto__}',
    '${toString.x}',
  ])('%s is none', (text) => {
    expect(parseTemplate(text)).toBeUndefined();
  });

  it('has parts that are the text again, whatever is written', () => {
    const piece = fc.constantFrom(
      '$',
      '{',
      '}',
      '${',
      '$${',
      'inputs.',
      'results.x',
      'run.id',
      '.',
      'a',
      '${inputs.a}',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          const parts = parseTemplate(text);
          if (!parts) return;
          const again = parts.map((part) =>
            typeof part === 'string'
              ? part.replaceAll('${', () => '$${')
              : `\${${[part.root, ...part.path].join('.')}}`,
          );
          expect(parseTemplate(again.join(''))).toEqual(parts);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe('the templates of a flow', () => {
  const issues = (steps: object[], more: object = {}) =>
    templateIssues({ steps: steps.map((step) => stepSchema.parse(step)), ...more }).map(
      ({ path, message }) => `${path.join('.')} ${message}`,
    );

  it('may name inputs that are given or described, and results of steps before', () => {
    const steps = [
      { action: 'goto', url: '/${inputs.page}' },
      { action: 'set', name: 'x', value: { deep: ['${inputs.who}'] } },
      { action: 'fill', selector: '#a', value: '${results.x.deep}' },
      { action: 'click', selector: '#${run.id}', when: { visible: '${results.x}' } },
    ];
    const described = { properties: { who: { type: 'string' } } };
    expect(issues(steps, { inputs: { page: 'x' }, inputsSchema: described })).toEqual([]);
    expect(issues(steps)).toEqual(['steps.0.url no_such_input', 'steps.1.value.deep.0 no_such_input']);
  });

  it('may not name a result that only comes later, nor what there never is', () => {
    const steps = [
      { action: 'fill', selector: '#a', value: '${results.x}' },
      { action: 'extract', name: 'x', selector: '#b' },
      { action: 'expect', is: 'text', selector: '#c', contains: '${secret.x}' },
    ];
    expect(issues(steps)).toEqual(['steps.0.value no_such_result', 'steps.2.contains template_form']);
  });

  it('of any form are refused by the contract or filled in, and throw nothing else', () => {
    const pieces = [
      '$',
      '{',
      '}',
      '${',
      '$${',
      'inputs',
      'results',
      'run',
      'secrets',
      'totp',
      '.',
      '.a',
      '.id',
      '__proto__',
      ' ',
      '\0',
      'é',
    ];
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc
        .array(fc.constantFrom(...pieces, '${inputs.a}', '${results.r.0}', '${secrets.a}', '${totp.a}'), {
          maxLength: 6,
        })
        .map((all) => all.join('')),
    );
    const json = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text);
    const flow = fc.record({
      inputs: fc.dictionary(fc.oneof(fc.constant('a'), text), json, { maxKeys: 2 }),
      texts: fc.tuple(text, text, text, text, text, text),
      value: json,
    });
    fc.assert(
      fc.property(flow, ({ inputs, texts: [url, selector, value, equals, pattern, hidden], value: kept }) => {
        const steps = [
          { action: 'goto', url },
          { action: 'set', name: 'r', value: kept },
          { action: 'fill', selector, value, when: { hidden } },
          { action: 'expect', is: 'text', selector: '#a', equals },
          { action: 'expect', is: 'url', matches: pattern },
          { action: 'verify', textIncludes: [value] },
        ];
        const posted = { project: 'p', baseUrl: 'http://a.test', inputs, steps };
        const parsed = startBody.safeParse(posted);
        if (!parsed.success) return;
        secretsOf(parsed.data);
        // What is named of the vault is named where it is typed.
        for (const { path } of vaultReferencesOf(parsed.data)) expect(path).toEqual(['steps', 2, 'value']);
        for (const step of parsed.data.steps)
          try {
            stepSchema.safeParse(
              fillIn(step, ({ root, path }) =>
                valueAt({ inputs, results: { r: kept }, run: { id: 'x' } }, [root, ...path]),
              ),
            );
          } catch (error) {
            expect(error).toBeInstanceOf(MissingValue);
          }
      }),
      { numRuns: 1_500 },
    );
  });

  it('stand where a text belongs, and nowhere else', () => {
    const key: Step = { action: 'press', key: '${' };
    expect(templateIssues({ steps: [key, { action: 'snapshot', note: '${' }] })).toEqual([]);
  });
});

it('what is typed of an input is secret, and what its schema calls so', () => {
  const steps: Step[] = [
    { action: 'fill', selector: '#a', value: 'user ${inputs.name}' },
    { action: 'fill', selector: '#b', value: '${results.x}' },
    { action: 'fill', selector: '#c', value: '${inputs.shown}', secret: false },
  ];
  const inputs = { name: 'ada', shown: 'open', pin: { a: 'p-1', b: 1234 }, word: 'w' };
  const inputsSchema = {
    properties: {
      pin: { writeOnly: true },
      word: { format: 'password' as const },
      gone: { writeOnly: true },
    },
  };
  expect(secretsOf({ steps, inputs, inputsSchema })).toEqual(['user ada', 'p-1', '1234', 'w']);
});
