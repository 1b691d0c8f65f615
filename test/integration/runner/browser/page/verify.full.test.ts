/* I10: a `verify` step passes if what it claims is so on the page, and says otherwise what is not met. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PerformedStep } from '../../../../../services/runner/browser/page/perform.ts';
import { everyNth } from '../../../../support/share.ts';
import { type BrowserBench, createBench, LIVE, patiently } from '../fixture.ts';

let bench: BrowserBench;

beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const FORM = { action: 'goto', url: '/form' };
/** Five pages that are opened at once answer a first look late where other tests have the cores, ms. */
const LOOKED_AT_MS = patiently(8_000);
const check = (claims: object) => ({ action: 'verify', ...claims });

/** The outcome of the check after these steps. */
const verify = async (claims: object, ...steps: object[]) =>
  (await bench.run([FORM, ...steps, check(claims)])).at(-1);

const HOLDING: [string, object][] = [
  ['a text, in any case of letters and across elements', { textIncludes: ['name NOTE'] }],
  ['what is read out, though it is not shown as such', { textIncludes: ['textbox "Name"'] }],
  ['a part of the address, in any case of letters', { urlIncludes: ['/FORM'] }],
  ['a selector', { selectorVisible: ['#send'] }],
  ['one of several kinds', { textIncludes: ['nowhere'], urlIncludes: ['/form'] }],
  ['one beside a selector that is none', { urlIncludes: ['/form'], selectorVisible: ['##'] }],
  ['one after a selector that is none', { selectorVisible: ['##', '#send'] }],
  [
    'what is read out beside a selector that is none',
    { textIncludes: ['textbox "Name"'], selectorVisible: ['##'] },
  ],
  ['all of several kinds', { selectorVisible: ['#send'], urlIncludes: ['/form'], mustAll: true }],
];
/** Checks change nothing of the page: one run is enough for all that hold. */
let outcomes: Promise<PerformedStep[]> | undefined;

describe('what a verify step claims', () => {
  test.each(HOLDING.map(([what], index) => [what, index + 1] as const))('holds: %s', async (_, index) => {
    outcomes ??= bench.run([FORM, ...HOLDING.map(([, claims]) => check(claims))]);
    expect((await outcomes)[index]).toEqual({ index, action: 'verify', ok: true });
  });

  test('holds by the title of the page', async () => {
    const title = { action: 'goto', url: '/titled?Order%20placed' };
    expect(await verify({ textIncludes: ['order placed'] }, title)).toMatchObject({ ok: true });
  });

  test('may come to hold while the step waits', async () => {
    expect(await verify({ textIncludes: ['came'] }, { action: 'click', selector: '#later' })).toMatchObject({
      index: 2,
      ok: true,
    });
  });

  test.concurrent.each(
    everyNth<[string, object, string]>(2, [
      ['a text that is nowhere', { textIncludes: ['nowhere'] }, 'verify: not met: text "nowhere"'],
      ['a text that is hidden', { textIncludes: ['hovered'] }, 'verify: not met: text "hovered"'],
      ['a selector that is hidden', { selectorVisible: ['#hide'] }, 'verify: not met: selector #hide'],
      [
        'none of several',
        { textIncludes: ['nowhere'], selectorVisible: ['#none'], urlIncludes: ['/done'] },
        'verify: none is met: text "nowhere", selector #none, address "/done"',
      ],
      [
        'not all of several',
        { textIncludes: ['Name', 'nowhere'], urlIncludes: ['/form'], mustAll: true },
        'verify: not met: text "nowhere"',
      ],
    ]),
  )('does not hold: %s', async (_, claims, error) => {
    expect(await verify({ ...claims, timeoutMs: LOOKED_AT_MS })).toEqual({
      index: 1,
      action: 'verify',
      ok: false,
      error,
    });
  });

  test.each<[string, object]>([
    ['nothing but a selector which is none', { selectorVisible: ['##'] }],
    [
      'a selector which is none among all',
      { urlIncludes: ['/form'], selectorVisible: ['##'], mustAll: true },
    ],
  ])('fails at once, in words: %s', async (_, claims) => {
    const outcome = await verify({ ...claims, timeoutMs: 60_000 });
    expect(outcome).toMatchObject({ ok: false, error: expect.stringContaining('##') });
  });

  test('that has a selector which is none says so where nothing else holds', async () => {
    const { error } = (await verify({
      textIncludes: ['nowhere'],
      selectorVisible: ['##'],
      timeoutMs: patiently(2_000),
    }))!;
    expect(error).toMatch(/^verify: none is met: text "nowhere", selector ## \(Unexpected token "#".*\)$/);
  });

  test('may come to be read out while the step waits', async () => {
    const note = { action: 'fill', selector: '[name=name]', value: 'later', secret: false };
    const run = await bench.open(
      bench.flow([
        { action: 'goto', url: '/form' },
        { action: 'verify', textIncludes: ['textbox "Name": later'], timeoutMs: 60_000 },
        note,
      ]),
    );
    await run.perform(0, LIVE);
    const claimed = run.perform(1, LIVE);
    await run.perform(2, LIVE);
    expect(await claimed).toMatchObject({ ok: true });
    await run.close({ keepVideo: false, reason: 'test over' });
  });

  test('I10: is reported without what the flow has filled in', async () => {
    const fill = { action: 'fill', selector: '[name=name]', value: 'hunter2' };
    const { error } =
      (await verify({ textIncludes: ['no hunter2 here'], timeoutMs: patiently(2_000) }, fill)) ?? {};
    expect(error).toBe('verify: not met: text "no [REDACTED] here"');
  });
});
