/* I10: a secret that a page has got is not read back by a later step, not even in part. */
import { describe, expect, test } from 'vitest';
import { LIVE, patiently } from '../fixture.ts';
import { giveSecret, ownRun, PASSWORD, useVaultBench, vaultOf } from './fixture.ts';

const { database, site, bench } = await useVaultBench();

const fill = (selector: string) => ({ action: 'fill', selector, value: '${secrets.shop}' });
const extract = (name: string, selector: string, as = 'text', more: object = {}) => ({
  action: 'extract',
  name,
  selector,
  as,
  ...more,
});
const BACKSPACE = { action: 'press', key: 'Backspace' };

/** Does these steps at the site, of which any may fail. */
async function perform(steps: object[], { value = PASSWORD, page = '/mirror' } = {}) {
  const run = await ownRun(database.sql);
  await giveSecret(run, { origins: [site.url], value: { value } });
  const flow = bench.flow([{ action: 'goto', url: page }, ...steps], { baseUrl: site.url });
  const browser = await bench.open(flow, { vault: vaultOf(run, flow) });
  const outcomes = [];
  try {
    for (const index of flow.steps.keys()) outcomes.push(await browser.perform(index, LIVE));
    return { outcomes: outcomes.slice(1), last: outcomes.at(-1)!, results: browser.results };
  } finally {
    await browser.close({ keepVideo: false, reason: 'test over' });
  }
}

describe('I10: a secret that a key has shortened is not read back', () => {
  test('by an extract, in whatever way', async () => {
    const typed = ['#password', '#mirrored', '#note'].flatMap((selector) => [fill(selector), BACKSPACE]);
    const { outcomes, results } = await perform([
      ...typed,
      extract('value', '#password', 'value'),
      extract('lines', '#note', 'value'),
      extract('shown', '#note'),
      extract('mirrored', '#mirrored', 'attribute', { attribute: 'VALUE' }),
      extract('data', '#mirrored', 'attribute', { attribute: 'data-value' }),
      extract('html', '#form', 'html'),
      extract('list', '#form > *', 'list'),
      extract('columns', '#form', 'list', { columns: { a: '#note', b: '#mirrored' } }),
      extract('table', 'table', 'table'),
      extract('json', '#form', 'json', { timeoutMs: 500 }),
      extract('kept', '#form', 'attribute', { attribute: 'title' }),
      { action: 'set', name: 'again', value: ['${results.html}', '${results.value}'] },
    ]);
    expect(outcomes.slice(0, 6).map(({ ok }) => ok)).toEqual([true, true, true, true, true, true]);
    expect(results).toMatchObject({ value: '[REDACTED]', lines: '[REDACTED]', kept: 'a form' });
    const { html } = results as { html: string };
    expect(html).toContain('id="mirrored"');
    // The values, and what a framework says again of them.
    for (const shown of [JSON.stringify(results), JSON.stringify(outcomes)])
      expect(shown).not.toContain(PASSWORD.slice(0, 5));
  });

  test('by an accessibility tree', async () => {
    const typed = ['#password', '#note', '#mirrored'].flatMap((selector) => [fill(selector), BACKSPACE]);
    const { last } = await perform([...typed, { action: 'snapshot' }]);
    expect(last.a11y).toContain('textbox');
    expect(last.a11y).not.toContain(PASSWORD.slice(0, 5));
    const number = await perform([fill('#number'), BACKSPACE, { action: 'snapshot' }], { value: '471123' });
    expect(number.last.a11y).toMatch(/spinbutton.*: \[REDACTED\]/);
    expect(number.last.a11y).not.toContain('47112');
  });

  test('letter by letter, by what is expected of it', async () => {
    const value = (more: object) => ({ action: 'expect', is: 'value', selector: '#password', ...more });
    const ways = [
      value({ matches: '^T' }),
      value({ contains: 'T' }),
      value({ equals: PASSWORD }),
      value({ gte: 0 }),
    ];
    const { outcomes } = await perform([
      fill('#password'),
      ...ways.map((way) => ({ ...way, optional: true })),
    ]);
    for (const outcome of outcomes.slice(1)) {
      expect(outcome).toMatchObject({ ok: false, reason: 'values_unread' });
      expect(outcome.error).toContain('are not read until it is loaded anew');
      expect(outcome.error).not.toContain('Tr0');
    }
    const tree = await perform([
      fill('#note'),
      { action: 'verify', textIncludes: [PASSWORD.slice(0, 4)], timeoutMs: 1_000 },
    ]);
    expect(tree.last.ok).toBe(false);
  });

  test('letter by letter, by a selector, also one that a template brings', async () => {
    const bad = 'input[value^=T]';
    const typed = [
      { action: 'set', name: 'bad', value: bad },
      { action: 'set', name: 'label', value: 'a' },
      fill('#mirrored'),
    ];
    const steps = [
      { action: 'expect', is: 'count', selector: bad, gte: 1 },
      { action: 'waitForSelector', selector: '${results.bad}' },
      { action: 'waitForSelector', selector: '//input[starts-with(@value, "T")]' },
      { action: 'verify', selectorVisible: [bad, '#note'] },
      { action: 'snapshot', when: { visible: bad } },
      { action: 'snapshot', when: { hidden: bad } },
      { action: 'hover', selector: '#note', when: { visible: bad } },
      extract('found', '#form', 'list', { columns: { a: bad } }),
      fill(bad),
    ];
    const { outcomes } = await perform([...typed, ...steps]);
    for (const outcome of outcomes.slice(typed.length))
      expect(outcome).toMatchObject({ ok: false, reason: 'selector_of_values' });
    // No change where nothing was typed.
    const before = await perform([{ action: 'waitForSelector', selector: 'input[value=plain]' }]);
    expect(before.last).toMatchObject({ ok: true });
  });

  test('of a text area, whose framework says it again as its text', async () => {
    const { last } = await perform([
      fill('#note'),
      { action: 'waitForSelector', selector: 'textarea:has-text("Tr0")', timeoutMs: patiently(1_000) },
    ]);
    expect(last).toMatchObject({ ok: false, reason: 'element_missing' });
  });

  test('but what another page has may be read', async () => {
    const { outcomes, results } = await perform([
      fill('#password'),
      { action: 'goto', url: '/mirror' },
      { action: 'fill', selector: '#note', value: 'plain text', secret: false },
      extract('value', '#note', 'value'),
      extract('attribute', '#plain', 'attribute', { attribute: 'value' }),
      extract('empty', '#password', 'value'),
      { action: 'expect', is: 'value', selector: '#note', matches: '^plain' },
      { action: 'expect', is: 'value', selector: '#plain', equals: 'plain' },
    ]);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(results).toEqual({ value: 'plain text', attribute: 'plain', empty: '' });
  });

  test('and a page that is gone back to has none of it', async () => {
    const { outcomes, results } = await perform([
      fill('#note'),
      BACKSPACE,
      { action: 'click', selector: '#onward' },
      { action: 'expect', is: 'url', contains: '/back' },
      { action: 'click', selector: '#back' },
      { action: 'waitForSelector', selector: '#mirrored' },
      extract('value', '#note', 'value'),
    ]);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(results).toEqual({ value: '' });
  });
});

test('a text that its author wrote is shown as it is, whatever a step has learnt since', async () => {
  const { results } = await perform(
    [
      fill('#password'),
      { action: 'set', name: 'written', value: { all: 'a 4711 b', of: ['4711'] } },
      { action: 'set', name: 'brought', value: { as: '${results.written.all}', beside: '4711 ${run.id}' } },
    ],
    { value: '4711' },
  );
  expect(results).toMatchObject({
    written: { all: 'a 4711 b', of: ['4711'] },
    brought: { as: 'a [REDACTED] b', beside: expect.stringMatching(/^4711 /) },
  });
});
