import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Said } from '#shared/domain/events/said.ts';
import type { RunBrowser } from '../../../../../services/runner/browser/run-browser.ts';
import { eventually } from '../../../../support/eventually.ts';
import { type SayingSite, startSayingSite } from '../../../../support/sites/saying-site.ts';
import { type BrowserBench, createBench, LIVE } from '../fixture.ts';

let bench: BrowserBench;
let site: SayingSite;
beforeAll(async () => {
  [bench, site] = await Promise.all([createBench(), startSayingSite()]);
});
afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const OVER = { keepVideo: false, reason: 'over' };
const SECRET = 'h0rse & battery';
const click = (id: string) => ({ action: 'click', selector: `#${id}` });
const answered = (text: string) => ({ action: 'waitForSelector', selector: `text=answer ${text}` });

async function read(run: RunBrowser, failed = false): Promise<Said[]> {
  const { said, take } = await run.said.read(1_000, { isEnd: true, failed });
  take();
  return said;
}

/** Opens the page, performs the steps, and reads until the page has said so much since it was opened. */
async function saidBy(steps: object[], most: number): Promise<Said[]> {
  const plan = bench.flow([{ action: 'goto', url: '/' }, ...steps], { baseUrl: site.url });
  const run = await bench.open(plan);
  await run.perform(0, LIVE);
  await read(run);
  for (let index = 1; index <= steps.length; index += 1)
    expect(await run.perform(index, LIVE)).toMatchObject({ ok: true });
  const said: Said[] = [];
  await eventually(async () => {
    said.push(...(await read(run)));
    expect(said.length).toBeGreaterThanOrEqual(most);
  });
  await run.close(OVER);
  return said;
}

const ms = expect.any(Number);

test('the document that came is said with its status, and a request with that of its answer', async () => {
  const plan = bench.flow([{ action: 'goto', url: '/500' }, click('fetch500'), answered('fetched')], {
    baseUrl: site.url,
  });
  const run = await bench.open(plan);
  await run.perform(0, LIVE);
  expect(await read(run)).toEqual([{ kind: 'navigation', url: `${site.url}/500`, status: 500, ms }]);
  await run.perform(1, LIVE);
  await run.perform(2, LIVE);
  expect(await read(run)).toEqual([
    { kind: 'request', method: 'GET', url: `${site.url}/500?q=`, resource: 'fetch', status: 500, ms },
  ]);
  await run.close(OVER);
});

test('a document that did not come is said with the error', async () => {
  const run = await bench.open(bench.flow([{ action: 'goto', url: '/' }], { baseUrl: 'http://127.0.0.1:9' }));
  expect(await run.perform(0, LIVE)).toMatchObject({ ok: false });
  expect(await read(run)).toMatchObject([
    { kind: 'navigation', url: 'http://127.0.0.1:9/', error: /^net::ERR/ },
  ]);
  await run.close(OVER);
});

test('a request that hangs is named while it does, with how long, and when it is answered in the end', async () => {
  const plan = bench.flow([{ action: 'goto', url: '/' }, click('fetch-held'), answered('held')], {
    baseUrl: site.url,
  });
  const run = await bench.open(plan);
  await run.perform(0, LIVE);
  await read(run);
  await run.perform(1, LIVE);
  const hanging = { kind: 'request', method: 'GET', url: `${site.url}/held`, resource: 'fetch' };
  let said: Said[] = [];
  await eventually(async () => {
    said = await read(run);
    expect(said).toEqual([{ ...hanging, pending: true, ms }]);
  });
  expect(said[0]!.ms).toBeGreaterThanOrEqual(2_000);
  expect(await read(run)).toEqual([]);
  expect(await read(run, true)).toEqual([{ ...hanging, pending: true, ms }]);
  site.release();
  await run.perform(2, LIVE);
  expect(await read(run)).toEqual([{ ...hanging, status: 200, ms }]);
  await run.close(OVER);
});

test.each<[string, Said]>([
  ['log', { kind: 'console', level: 'info', text: 'plain 7 {a: 1, b: Array(2)} null' }],
  ['warn', { kind: 'console', level: 'warning', text: 'disk has 5% left' }],
  ['error', { kind: 'console', level: 'error', text: 'TypeError: broken' }],
  ['same', { kind: 'console', level: 'info', text: 'again', count: 3 }],
  ['throw', { kind: 'error', text: 'RangeError: too far' }],
  ['reject', { kind: 'error', text: 'no luck' }],
])('what a page says by "%s" is said', async (id, said) => {
  expect(await saidBy([click(id)], 1)).toEqual([said]);
});

test('a worker is heard, too', async () => {
  expect(await saidBy([click('worker'), answered('worker')], 1)).toEqual([
    { kind: 'console', level: 'info', text: 'from a worker' },
  ]);
});

test.each<[string, Said, string]>([
  ['alert', { kind: 'dialog', dialog: 'alert', text: 'Saved', answer: 'dismissed' }, 'alert'],
  ['confirm', { kind: 'dialog', dialog: 'confirm', text: 'Delete all?', answer: 'dismissed' }, 'false'],
  ['prompt', { kind: 'dialog', dialog: 'prompt', text: 'Your name?', answer: 'dismissed' }, 'null'],
])('a dialog by %s is said with its text and its answer', async (id, said, text) => {
  expect(await saidBy([click(id), answered(text)], 1)).toEqual([said]);
});

test('a popup is said with its address, and a download with its name', async () => {
  expect(await saidBy([click('popup')], 1)).toMatchObject([{ kind: 'popup' }]);
  expect(await saidBy([click('download')], 1)).toEqual([
    { kind: 'download', name: 'report.csv', url: `${site.url}/report`, refused: 'no step expected it' },
  ]);
});

test('I10: a text is cut, and a value that was typed is nowhere in it', async () => {
  const fill = { action: 'fill', selector: '#field', value: SECRET };
  expect(await saidBy([fill, click('value')], 1)).toEqual([
    { kind: 'console', level: 'info', text: '[REDACTED]' },
  ]);
  const [asked] = await saidBy([fill, click('fetch500')], 1);
  expect(asked!.url).toBe(`${site.url}/500?q=[REDACTED]`);
  const [long] = await saidBy([click('long')], 1);
  expect(long!.text).toMatch(/^x{499}…$/);
});

test('I10: nothing of a secret is left where the page has cut its own message', async () => {
  const secret = 'aB3'.repeat(150);
  const fill = { action: 'fill', selector: '#field', value: `${'x'.repeat(2_900)}${secret}` };
  const [said] = await saidBy([{ ...fill, secret: false }, click('value')], 1);
  expect(said!.text).toMatch(/^x{499}…$/);
  const [hidden] = await saidBy([fill, click('value')], 1);
  expect(hidden!.text).toBe('…');
});

test('I13: of many messages and errors at once some are said, and how many more there were', async () => {
  for (const [id, kind, all] of [
    ['many', 'console', 1_000],
    ['errors', 'error', 300],
  ] as const) {
    const run = await bench.open(
      bench.flow([{ action: 'goto', url: '/' }, click(id)], { baseUrl: site.url }),
    );
    await run.perform(0, LIVE);
    await read(run);
    await run.perform(1, LIVE);
    const said: Said[] = [];
    await eventually(async () => {
      said.push(...(await read(run)));
      const counts = said.map((item) => (item.kind === 'more' ? item.count! : 1));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(all);
    });
    const kept = said.filter((item) => item.kind === kind).length;
    expect(kept).toBeGreaterThanOrEqual(50);
    expect(kept).toBeLessThan(100);
    await run.close(OVER);
  }
});
