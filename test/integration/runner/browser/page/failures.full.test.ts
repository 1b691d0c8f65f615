/* I10: a step error is one short line with the selector and the true reason, and without values of the flow. */
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, promisedMs } from '../../../../support/eventually.ts';
import { everyNth, extendedOnly } from '../../../../support/share.ts';
import { type BrowserBench, createBench, LIVE, patiently } from '../fixture.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const FORM = { action: 'goto', url: '/form' };
const lastError = async (...steps: object[]) => (await bench.run(steps)).at(-1)?.error;

describe('a step error is one short line that names the selector and the reason', () => {
  const TOLD_MS = patiently(6_000);
  test.concurrent.each([
    ['#nothing', 'no element matches the selector', 'element_missing'],
    ['button:has-text("Cancel")', 'no element matches the selector', 'element_missing'],
    ['#off', 'the element is not enabled', 'element_disabled'],
    ['#hide', 'the element is not visible', 'element_hidden'],
    ['#under', 'another element covers it: <div>', 'element_covered'],
  ])('click %s: %s', async (selector, reported, reason) => {
    const outcome = (await bench.run([FORM, { action: 'click', selector, timeoutMs: TOLD_MS }])).at(-1);
    expect(outcome).toMatchObject({
      error: `click ${selector}: timed out after ${TOLD_MS} ms, ${reported}`,
      reason,
    });
  });

  test('an expectation says what was expected, also of a page that could not be looked at', async () => {
    const claim = { action: 'expect', is: 'text', selector: 'h1', equals: 'Whole', timeoutMs: 300 };
    const run = await bench.open(bench.flow([{ action: 'goto', url: '/loop-on-load?expected' }, claim]));
    await run.perform(0, LIVE);
    await bench.site.asked('/looping?expected');
    const { error } = await run.perform(1, LIVE);
    expect(error).toMatch(/^expect h1: timed out after 300 ms; expected text = "Whole"/);
    await run.close({ keepVideo: false, reason: 'test over' });
  });

  extendedOnly(() => {
    test('a page whose script is busy is reported as that, and not by its elements', async () => {
      const wait = { action: 'waitForSelector', selector: '#nope', timeoutMs: 1_500 };
      // A machine that is too slow to tell is not judged.
      await eventually(async () => {
        const outcome = (await bench.run([{ action: 'goto', url: '/loop-on-load?reported' }, wait])).at(-1);
        expect(outcome).toMatchObject({
          error:
            'waitForSelector #nope: timed out after 1500 ms, the page did not answer: its script was busy',
          reason: 'page_busy',
        });
      });
    });

    test('a browser that is held up as a whole, as on a slow machine, is no busy page', async () => {
      const wait = { action: 'waitForSelector', selector: '#nope', timeoutMs: TOLD_MS };
      const run = await bench.open(bench.flow([FORM, wait]));
      await run.perform(0, LIVE);
      const performing = run.perform(1, LIVE);
      await eventually(async () =>
        expect(await run.look('flow', 1)).toMatchObject({ answers: true, matches: 0 }),
      );
      process.kill(run.browserPid!, 'SIGSTOP');
      try {
        const { reason } = await performing;
        expect(reason).toBe('element_missing');
        // What was known before still holds.
        expect(await run.look('flow', 1)).toMatchObject({ answers: true });
      } finally {
        process.kill(run.browserPid!, 'SIGCONT');
      }
      await run.close({ keepVideo: false, reason: 'test over' });
    });

    test('a server that does not answer is no busy page', async () => {
      const timeoutMs = patiently(1_500);
      const outcome = (await bench.run([FORM, { action: 'goto', url: '/never', timeoutMs }])).at(-1);
      expect(outcome).toEqual({
        index: 1,
        action: 'goto',
        ok: false,
        error: `goto /never: timed out after ${timeoutMs} ms, the server of the page did not answer`,
        reason: 'page_unanswered',
        pendingRequest: { method: 'GET', url: `${bench.site.url}/never`, ms: expect.any(Number) },
      });
    });

    test('nor does it become one when the page changes its own address meanwhile', async () => {
      const wait = { action: 'waitForSelector', selector: '#nope', timeoutMs: TOLD_MS };
      const outcomes = await bench.run([{ action: 'goto', url: '/leaves-for-never' }, wait]);
      expect(outcomes.at(-1)).toMatchObject({ reason: 'element_missing' });
    });

    test('an option that does not exist', async () => {
      const error = await lastError(FORM, {
        action: 'selectOption',
        selector: '[name=size]',
        value: 'xxl',
        timeoutMs: TOLD_MS,
      });
      expect(error).toBe(`selectOption [name=size]: timed out after ${TOLD_MS} ms, it has no such option`);
    });
  });

  test('a selector that cannot be read', async () => {
    const error = await lastError(FORM, { action: 'click', selector: 'div[' });
    expect(error).toMatch(/^click div\[: .*/);
    expect(stripVTControlCharacters(error!)).toBe(error);
    expect(error).not.toMatch(/\n|Call log/);
    expect(error!.length).toBeLessThan(330);
  });

  extendedOnly(() => {
    test('a fill into something that is no input', async () => {
      const error = await lastError(FORM, {
        action: 'fill',
        selector: '#target',
        value: 'hunter2',
      });
      expect(error).toMatch(/^fill #target: Element is not an <input>/);
    });
  });

  test('a key that does not exist', async () => {
    expect(await lastError(FORM, { action: 'press', key: 'NoSuchKey' })).toMatch(
      /^press NoSuchKey: .*Unknown key/,
    );
  });

  test('a server that is not there', async () => {
    const [outcome] = await bench.run([{ action: 'goto', url: 'http://127.0.0.1:9/' }], {
      baseUrl: 'http://127.0.0.1:9',
    });
    expect(outcome?.error).toMatch(/^goto http:\/\/127\.0\.0\.1:9\/: net::ERR_\w+$/);
  });

  extendedOnly(() => {
    test('a long selector is shortened', async () => {
      const error = await lastError(FORM, {
        action: 'click',
        selector: `#${'x'.repeat(1_500)}`,
        timeoutMs: 100,
      });
      expect(error).toMatch(/^click #x{198}…: timed out/);
    });
  });

  test('a page that answers 404 is a page', async () => {
    expect((await bench.run([{ action: 'goto', url: '/missing' }])).at(-1)).toMatchObject({ ok: true });
  });
});

describe('I10: fill values stay out of errors', () => {
  test('also where a selector, an address or Playwright would name them', async () => {
    const secret = 'hunter2 & "co"';
    const type = { action: 'fill', selector: '[name=name]', value: secret };
    const errors = [
      await lastError(FORM, type, { action: 'click', selector: `text=${secret}`, timeoutMs: 100 }),
      await lastError(FORM, type, {
        action: 'goto',
        url: `/never?q=${encodeURIComponent(secret)}`,
        timeoutMs: 100,
      }),
      await lastError(FORM, type, {
        action: 'click',
        selector: `${'x'.repeat(190)}${secret}`,
        timeoutMs: 100,
      }),
      await lastError(FORM, { ...type, selector: '#nothing', timeoutMs: 100 }),
    ];
    for (const error of errors) expect(error).not.toMatch(/hunter2|hunt/);
    expect(errors[1]).toMatch(/^goto \/never\?q=\[REDACTED\]: timed out after 100 ms(, the server of|$)/);
  });
});

describe('a step takes at most its own timeout, whatever it tries', () => {
  test('a page that is still asked for gets little more time for its picture, and its lack is reported', async () => {
    const never = { action: 'goto', url: '/never', timeoutMs: patiently(1_500) };
    const run = await bench.open(bench.flow([never], { captureScreenshotAfterEachStep: true }));
    const { error } = await run.perform(0, LIVE);
    await run.close({ keepVideo: false, reason: 'test over' });
    const [, more] =
      /^goto \/never: timed out after \d+ ms, the server of the page did not answer; the picture could not be taken: the page gave none within (\d+) ms$/.exec(
        error!,
      ) ?? [];
    // Elsewhere a picture may take three seconds more.
    expect(Number(more)).toBeLessThan(1_000);
  });

  test.each(
    everyNth(3, [
      ['goto', [], { action: 'goto', url: '/never' }],
      ['waitForSelector', [FORM], { action: 'waitForSelector', selector: '#nothing' }],
      [
        'click on a page in an endless loop',
        [{ action: 'goto', url: '/loop' }],
        { action: 'click', selector: '#loop' },
      ],
      [
        'fill on a page in an endless loop',
        [{ action: 'goto', url: '/loop' }],
        { action: 'fill', selector: '#field', value: 'x' },
      ],
      [
        'snapshot of a page in an endless loop',
        [
          { action: 'goto', url: '/loop-on-load?snapshot' },
          { action: 'waitForSelector', selector: '#x', timeoutMs: 150 },
        ],
        { action: 'snapshot' },
      ],
      [
        'press on a page in an endless loop',
        [
          { action: 'goto', url: '/loop-on-load?press' },
          { action: 'waitForSelector', selector: '#x', timeoutMs: 150 },
        ],
        { action: 'press', key: 'a' },
      ],
    ]),
  )('%s, with picture and tree asked for', async (_, before, step) => {
    const plan = bench.flow([...before, { ...step, timeoutMs: 600 }], {
      captureScreenshotAfterEachStep: true,
      captureA11yAfterEachStep: true,
    });
    const run = await bench.open(plan);
    for (const index of before.keys()) await run.perform(index, LIVE);
    // On a slow machine the page may not be in its loop yet.
    const [, search] = /loop-on-load(\?\w+)/.exec(JSON.stringify(before)) ?? [];
    if (search !== undefined) await bench.site.asked(`/looping${search}`);
    const start = performance.now();
    const outcome = await run.perform(before.length, LIVE);
    const took = performance.now() - start;
    await run.close({ keepVideo: false, reason: 'test over' });
    expect(outcome.ok).toBe(false);
    expect(outcome.error).toContain('timed out after 600 ms');
    expect(took).toBeLessThan(promisedMs(6_000)); // three seconds more for the evidence
    expect(took).toBeGreaterThan(350);
  });

  test('defaultTimeoutMs holds where a step names none', async () => {
    const [outcome] = await bench.run([{ action: 'goto', url: '/never' }], { defaultTimeoutMs: 150 });
    expect(outcome?.error).toMatch(/^goto \/never: timed out after 150 ms(, the server of|$)/);
  });

  test('one millisecond is a timeout too', async () => {
    const [outcome] = await bench.run([{ action: 'goto', url: '/never', timeoutMs: 1 }]);
    expect(outcome?.error).toMatch(/^goto \/never: timed out after 1 ms(, the server of|$)/);
  });
});
