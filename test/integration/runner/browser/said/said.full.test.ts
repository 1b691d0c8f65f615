/* I10, I13, I17: what a page says is kept with its step, cut and counted where it is much, without secrets. */
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import type { Said } from '#shared/domain/events/said.ts';
import { templateIssues } from '#shared/domain/flow/fill-in.ts';
import type { RunBrowser } from '../../../../../services/runner/browser/run-browser.ts';
import { eventually } from '../../../../support/eventually.ts';
import { type SayingSite, startSayingSite } from '../../../../support/sites/saying-site.ts';
import { type BrowserBench, createBench, LIVE, patiently } from '../fixture.ts';

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

test('a request of a popup that hangs is said, and no step of the page is said to wait for it', async () => {
  await using own = await startSayingSite();
  const steps = [
    { action: 'goto', url: '/' },
    { ...click('popup'), popup: true },
    { ...click('fetch-held'), page: 'popup' },
    { action: 'waitForSelector', selector: '#never', timeoutMs: patiently(6_000) },
  ];
  const run = await bench.open(bench.flow(steps, { baseUrl: own.url }));
  for (const index of [0, 1, 2]) expect(await run.perform(index, LIVE)).toMatchObject({ ok: true });
  const ended = await run.perform(3, LIVE);
  expect(ended).toMatchObject({ ok: false, reason: 'element_missing' });
  expect(ended).not.toHaveProperty('pendingRequest');
  const url = `${own.url}/held`;
  expect(await read(run, true)).toContainEqual({
    kind: 'request',
    method: 'GET',
    url,
    resource: 'fetch',
    pending: true,
    ms,
  });
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

test('popups are said one by one, each with its own address, not with that of a frame in it', async () => {
  const blank = { kind: 'popup', url: 'about:blank' };
  expect(await saidBy([click('popups')], 2)).toEqual([blank, blank]);
  expect(await saidBy([click('popup-frame')], 1)).toEqual([blank]);
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

test.each([
  ['its message of short values', 'object', 'aB3'.repeat(100), "{token: '[REDACTED]'}"],
  ['its message of characters that take six bytes each', 'value', 'жя'.repeat(300), '…'],
])('I10: nothing of a secret is left where the page may have cut %s', async (_, id, value, text) => {
  const fill = { action: 'fill', selector: '#field', value };
  const [said] = await saidBy([fill, click(id)], 1);
  expect(said!.text).toBe(text);
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

test('a step may accept dialogs, and answer a prompt with a text that names an input', async () => {
  const steps = [
    { action: 'goto', url: '/' },
    { ...click('confirm'), dialog: { accept: true } },
    answered('true'),
    { ...click('prompt'), dialog: { accept: true, text: 'Ms ${inputs.who}' } },
    answered('Ms Ada'),
    { ...click('prompt'), dialog: { accept: true } },
    answered('nobody'),
    click('confirm'),
    answered('false'),
  ];
  const run = await bench.open(bench.flow(steps, { baseUrl: site.url, inputs: { who: 'Ada' } }));
  for (const index of steps.keys()) expect(await run.perform(index, LIVE)).toMatchObject({ ok: true });
  const dialogs = (await read(run)).filter(({ kind }) => kind === 'dialog');
  expect(dialogs).toEqual([
    { kind: 'dialog', dialog: 'confirm', text: 'Delete all?', answer: 'accepted' },
    { kind: 'dialog', dialog: 'prompt', text: 'Your name?', answer: 'accepted', typed: 'Ms Ada' },
    { kind: 'dialog', dialog: 'prompt', text: 'Your name?', answer: 'accepted', typed: 'nobody' },
    { kind: 'dialog', dialog: 'confirm', text: 'Delete all?', answer: 'dismissed' },
  ]);
  await run.close(OVER);
});

test('I17: no secret of the vault may answer a dialog', () => {
  const step = { ...click('prompt'), dialog: { accept: true, text: '${secrets.shop.password}' } };
  expect(templateIssues(bench.flow([step]))).toEqual([
    { path: ['steps', 0, 'dialog', 'text'], message: 'secret_only_typed' },
  ]);
  expect(() => bench.flow([{ ...click('prompt'), dialog: { accept: false, text: 'x' } }])).toThrow(
    'dialog_text',
  );
});

test('a step waits for the page that it opens, and others are done there', async () => {
  const on = (step: object) => ({ ...step, page: 'popup' });
  const steps = [
    { action: 'goto', url: '/' },
    { ...on(click('confirm')), timeoutMs: patiently(3_000) },
    { ...click('log'), popup: true, timeoutMs: patiently(3_000) },
    { ...click('popup'), popup: true },
    on({ action: 'verify', urlIncludes: ['/popup'] }),
    on(click('alert')),
    on(answered('alert')),
    { action: 'expect', is: 'text', selector: '#answer', equals: 'answer alert', timeoutMs: 500 },
  ];
  const run = await bench.open(bench.flow(steps, { baseUrl: site.url }));
  const outcomes = [];
  for (const index of steps.keys()) outcomes.push(await run.perform(index, LIVE));
  expect(outcomes.map(({ error }) => error)).toEqual([
    undefined,
    'click #confirm: no other page is open',
    'click #log: no other page was opened in time',
    ...Array.from({ length: 4 }, () => undefined),
    expect.stringContaining('#answer'),
  ]);
  await run.close(OVER);
});

test('a file that a step expects is kept as an artifact, and one that is too large or does not come fails the step', async () => {
  const steps = [
    { action: 'goto', url: '/' },
    { ...click('download'), download: { as: 'report.csv' } },
    { action: 'goto', url: '/report', download: true },
    { ...click('big'), download: true },
    { ...click('log'), download: true, timeoutMs: patiently(2_500) },
    click('download'),
    { action: 'goto', url: '/' },
  ];
  await using small = await createBench({ mostDownloadMib: 1 });
  const run = await small.open(small.flow(steps, { baseUrl: site.url }));
  const errors: (string | undefined)[] = [];
  for (const index of steps.keys()) errors.push((await run.perform(index, LIVE)).error);
  expect(errors).toEqual([
    undefined,
    undefined,
    undefined,
    'click #big: the download was not kept: it is larger than 1 MiB',
    'click #log: no download began in time',
    undefined,
    undefined,
  ]);
  const [first, second, ...others] = (await read(run)).filter(({ kind }) => kind === 'download');
  const url = `${site.url}/report`;
  expect([first, second]).toEqual([
    { kind: 'download', name: 'report.csv', url, path: 'run-1/1-download-0-report.csv-run-1.bin', bytes: 8 },
    { kind: 'download', name: 'report.csv', url, path: 'run-1/1-download-1-run-1.bin', bytes: 8 },
  ]);
  expect(others.map(({ refused }) => refused)).toEqual(['it is larger than 1 MiB', 'no step expected it']);
  const kept = await artifactsInFolder(small.artifacts).open('run-1', '1-download-0-report.csv-run-1.bin');
  expect(await text(kept!.read({ start: 0, end: 7 }))).toBe('a;b\n1;2\n');
  await run.close(OVER);
});
