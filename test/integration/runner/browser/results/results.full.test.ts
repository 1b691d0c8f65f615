/* A flow can expect and extract what its page shows, use it in later steps, and retry or skip a step. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PerformedStep } from '../../../../../services/runner/browser/page/perform.ts';
import { type BrowserBench, createBench, LIVE, patiently } from '../fixture.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const OPEN = { action: 'goto', url: '/orders' };

/** The outcome of the last of these steps on the page of an order. */
const last = async (steps: object[], more?: object) => (await bench.run([OPEN, ...steps], more)).at(-1);

/** The outcomes of steps that change nothing of the page: one run is enough for all tests of them. */
function inOneRun(steps: object[]): () => Promise<PerformedStep[]> {
  let outcomes: Promise<PerformedStep[]> | undefined;
  return () => {
    outcomes ??= bench.run([OPEN, ...steps]);
    return outcomes;
  };
}

const MET: [string, object][] = [
  ['a text, once it comes', { is: 'text', selector: '#total', equals: 'Total: $1,207.50' }],
  ['a part of a text', { is: 'text', selector: '#title', contains: 'A-17' }],
  ['a text by its pattern', { is: 'text', selector: '#title', matches: String.raw`Order\s+A-\d+` }],
  ['a number in a text', { is: 'text', selector: '#total', gte: 1207.5, lte: 1207.5 }],
  ['an element that is visible', { is: 'visible', selector: '#title' }],
  ['one that is hidden', { is: 'hidden', selector: '#gone' }],
  ['one that is not there', { is: 'hidden', selector: '#never' }],
  ['one that is enabled', { is: 'enabled', selector: '#grow' }],
  ['one that is disabled', { is: 'disabled', selector: '#off' }],
  ['one that is checked', { is: 'checked', selector: '#agree' }],
  ['a value', { is: 'value', selector: '#name', equals: 'Ada' }],
  ['a part of a value', { is: 'value', selector: '#name', contains: 'd' }],
  ['a count', { is: 'count', selector: '.one', equals: 2 }],
  ['a count of none', { is: 'count', selector: '.none', equals: 0 }],
  ['a count within bounds', { is: 'count', selector: '.one', gte: 1, lte: 3 }],
  ['the address, from that of the flow', { is: 'url', equals: '/orders' }],
  ['a part of the address', { is: 'url', contains: '/ord' }],
  ['the title by its pattern', { is: 'title', matches: 'orders$' }],
];
const met = inOneRun(MET.map(([, claim]) => ({ action: 'expect', ...claim })));

const NOT_MET: [string, object, string, object][] = [
  [
    'another text',
    { is: 'text', selector: '#title', equals: 'Order A-18' },
    'expect #title: expected text = "Order A-18", found "Order A-17"',
    { is: 'text', expected: '= "Order A-18"', found: '"Order A-17"' },
  ],
  [
    'an element that is hidden',
    { is: 'visible', selector: '#gone' },
    'expect #gone: expected visible, found hidden',
    { is: 'visible', expected: 'visible', found: 'hidden' },
  ],
  [
    'no element',
    { is: 'text', selector: '#never', equals: 'x' },
    'expect #never: expected text = "x", found no element',
    { is: 'text', expected: '= "x"' },
  ],
  [
    'too few',
    { is: 'count', selector: '.one', gte: 3 },
    'expect .one: expected count ≥ 3, found 2',
    { is: 'count', expected: '≥ 3', found: '2' },
  ],
  [
    'a text without a number',
    { is: 'text', selector: '#off', lte: 3 },
    'expect #off: expected text ≤ 3, found "off"',
    { is: 'text', expected: '≤ 3', found: '"off"' },
  ],
];
/** Playwright's first look at a page brings its scripts there first, in several calls. */
const LOOKED_AT = { action: 'expect', is: 'visible', selector: '#title' };
const notMet = inOneRun([
  LOOKED_AT,
  ...NOT_MET.map(([, claim]) => ({
    action: 'expect',
    optional: true,
    timeoutMs: patiently(3_000),
    ...claim,
  })),
]);

describe('an expect step', () => {
  test.each(MET.map(([what], index) => [what, index + 1] as const))('is met by %s', async (_, index) => {
    const outcomes = await met();
    expect(outcomes[index]).toMatchObject({ index, action: 'expect', ok: true });
  });

  test.each(NOT_MET.map(([what], index) => [what, index + 2] as const))(
    'says what was expected and what was found: %s',
    async (_, index) => {
      const outcome = (await notMet())[index];
      const [, , error, expectation] = NOT_MET[index - 2]!;
      expect(outcome).toMatchObject({ ok: false, error, expectation });
      expect(outcome?.screenshotPath).toMatch(/\.png$/);
    },
  );

  test('marks its element in the picture of its failure', async () => {
    const pictureOf = async (selector: string) => {
      const claim = { action: 'expect', is: 'text', equals: 'x', timeoutMs: patiently(2_000), selector };
      const { screenshotPath = '' } = (await last([LOOKED_AT, claim])) ?? {};
      return readFile(join(bench.artifacts, screenshotPath));
    };
    const bare = await pictureOf('#never');
    expect(await pictureOf('#none')).toEqual(bare);
    expect(await pictureOf('#title')).not.toEqual(bare);
  });

  test('fails at once for a selector that is none', async () => {
    expect(await last([{ action: 'expect', is: 'visible', selector: '##' }])).toMatchObject({ ok: false });
  });

  test('is cut off by a cancel', async () => {
    const browser = await bench.open(
      bench.flow([OPEN, { action: 'expect', is: 'visible', selector: '#never' }]),
    );
    const cancel = new AbortController();
    await browser.perform(0, LIVE);
    const ending = browser.perform(1, cancel.signal);
    cancel.abort(new Error('cancelled'));
    await expect(ending).rejects.toThrow('cancelled');
    await browser.close({ keepVideo: false, reason: 'done' });
  });
});

const TAKEN: [string, object, unknown][] = [
  ['a number, once it comes', { selector: '#total', schema: { type: 'number' } }, 1207.5],
  ['a text', { selector: '#title' }, 'Order A-17'],
  ['a value', { selector: '#name', as: 'value' }, 'Ada'],
  ['an attribute', { selector: '#count', as: 'attribute', attribute: 'data-id' }, '17'],
  ['its HTML', { selector: '.one b', as: 'html' }, 'Ada'],
  ['a count', { selector: '.one', as: 'count' }, 2],
  ['JSON', { selector: '#state', as: 'json' }, { order: { id: 17, lines: [1, 2] } }],
  ['a list', { selector: '.one b', as: 'list' }, ['Ada', 'Bob']],
  ['a list of none', { selector: '.none', as: 'list' }, []],
  [
    'a list of objects',
    {
      selector: '.one',
      as: 'list',
      columns: { name: 'b', age: 'i' },
      schema: { type: 'array', items: { properties: { age: { type: 'integer' } } } },
    },
    [
      { name: 'Ada', age: 36 },
      { name: 'Bob', age: 41 },
    ],
  ],
  [
    'a table',
    {
      selector: '#lines',
      as: 'table',
      schema: {
        type: 'array',
        minItems: 2,
        items: {
          type: 'object',
          required: ['Price'],
          properties: { Price: { type: 'number' }, 'In stock': { type: 'boolean' } },
        },
      },
    },
    [
      { Article: 'Pen', Price: 1200.5, 'In stock': true },
      { Article: 'Ink', Price: 7, 'In stock': false },
    ],
  ],
  [
    'a table without a head',
    { selector: '#bare', as: 'table', columns: ['key', 'value'] },
    [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
  ],
];
const taken = inOneRun(
  TAKEN.map(([, what], index) => ({ action: 'extract', name: `found${index + 1}`, ...what })),
);

describe('an extract step', () => {
  test.each(TAKEN.map(([what, , value], index) => [what, index + 1, value] as const))(
    'takes %s',
    async (_, index, value) => {
      const outcomes = await taken();
      expect(outcomes[index]).toMatchObject({ ok: true, result: { name: `found${index}`, value } });
    },
  );

  test.concurrent.each<[string, object, string]>([
    [
      'names the path and the rule that it does not fit',
      {
        selector: '#state',
        as: 'json',
        schema: { properties: { order: { properties: { id: { type: 'string' } } } } },
      },
      'extract #state: the result does not fit its schema: /order/id must be string',
    ],
    [
      'says that there is no element',
      { selector: '#never' },
      'extract #never: no element matches the selector',
    ],
    [
      'says that a text is no JSON',
      { selector: '#title', as: 'json' },
      'extract #title: the text of the element is no JSON',
    ],
    [
      'says that there is no such attribute',
      { selector: '#title', as: 'attribute', attribute: 'data-x' },
      'extract #title: the element has no attribute data-x',
    ],
  ])('%s', async (_, what, error) => {
    // Time for a look that ends: only then it is known what was missing.
    expect(
      await last([{ action: 'extract', name: 'found', timeoutMs: patiently(3_500), ...what }]),
    ).toMatchObject({
      ok: false,
      error,
    });
  });

  test('fails for what is too large, and keeps nothing of it', async () => {
    const outcome = await last([
      { action: 'click', selector: '#grow' },
      { action: 'extract', name: 'large', selector: '#large' },
    ]);
    expect(outcome).toMatchObject({
      ok: false,
      error: 'extract #large: the result is larger than 65536 bytes',
    });
    expect(outcome).not.toHaveProperty('result');
  });

  test('keeps no secret of the run, not as the name of a field either', async () => {
    const outcome = await last([
      { action: 'fill', selector: '#name', value: 'Article' },
      { action: 'extract', name: 'lines', selector: '#lines', as: 'table' },
    ]);
    expect(outcome?.result?.value).toMatchObject([{ '[REDACTED]': 'Pen' }, { '[REDACTED]': 'Ink' }]);
  });
});

describe('templates', () => {
  test('are filled in with inputs, results and the id of the run as a step begins', async () => {
    const outcomes = await bench.run(
      [
        { action: 'goto', url: '/${inputs.page}' },
        {
          action: 'extract',
          name: 'id',
          selector: '#count',
          as: 'attribute',
          attribute: 'data-id',
          schema: { type: 'integer' },
        },
        {
          action: 'set',
          name: 'order',
          value: { id: '${results.id}', note: '$${id} of ${inputs.who.name}' },
        },
        { action: 'fill', selector: '#${inputs.field}', value: '${results.order.note}' },
        { action: 'expect', is: 'value', selector: '#name', equals: '$${id} of a+b' },
        { action: 'expect', is: 'value', selector: '#name', matches: '${inputs.who.name}$' },
        { action: 'goto', url: '/echo?run=${run.id}&who=${inputs.who.name}' },
        { action: 'expect', is: 'url', contains: 'who=a%2Bb' },
      ],
      { inputs: { page: 'orders', field: 'name', who: { name: 'a+b' } } },
    );
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(outcomes).toHaveLength(8);
    expect(outcomes[2]?.result?.value).toEqual({ id: 17, note: '${id} of a+b' });
  });

  test('lead nowhere else, whatever a page says', async () => {
    const outcome = await last([
      { action: 'set', name: 'link', value: 'http://localhost:1/' },
      { action: 'goto', url: '${results.link}' },
    ]);
    expect(outcome).toMatchObject({ ok: false });
    expect(outcome?.error).toContain('only addresses of the origin of baseUrl may be opened');
  });

  test('that name what has no value fail their step', async () => {
    const skipped = { action: 'set', name: 'x', value: 1, when: { visible: '#never' } };
    expect(await last([skipped, { action: 'fill', selector: '#name', value: '${results.x}' }])).toMatchObject(
      {
        ok: false,
        error: 'fill #name: ${results.x} has no value',
      },
    );
  });
});

describe('a step', () => {
  test('is tried again as often as it says', async () => {
    const step = { action: 'expect', is: 'url', contains: '#3', timeoutMs: 400, retry: { times: 2 } };
    expect(await last([step])).toMatchObject({ ok: false, attempts: 3 });
    const [, , outcome] = await bench.run([
      OPEN,
      { action: 'click', selector: '#flaky' },
      { action: 'expect', is: 'url', contains: '#1', retry: { times: 2 } },
    ]);
    expect(outcome).toEqual({ index: 2, action: 'expect', ok: true, expectation: expect.anything() });
  });

  test('is skipped unless what it asks for is so', async () => {
    const click = { action: 'click', selector: '#never' };
    expect(await last([{ ...click, when: { visible: '#gone' } }])).toMatchObject({ ok: true, skipped: true });
    expect(await last([{ ...click, when: { hidden: '#title' } }])).toMatchObject({ ok: true, skipped: true });
    expect(await last([{ ...click, when: { urlIncludes: '/form' } }])).toMatchObject({
      ok: true,
      skipped: true,
    });
    const grow = {
      action: 'click',
      selector: '#grow',
      when: { visible: '#title', hidden: '#gone', urlIncludes: '/orders' },
    };
    expect(await last([grow])).toEqual({ index: 1, action: 'click', ok: true });
  });
});
