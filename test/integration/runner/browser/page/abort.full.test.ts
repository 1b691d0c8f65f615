/* I4: an abort ends the pending call of any step, though its browser does nothing more. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { everyNth } from '../../../../support/share.ts';
import { type BrowserBench, createBench, LIVE } from '../fixture.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const FORM = { action: 'goto', url: '/form' };
const LOOP = { action: 'goto', url: '/loop' };
/** The own time of a step that is aborted: when that is over, its outcome is not the reason of the abort. */
const OWN_MS = 120_000;

describe('I4: an abort ends the pending call, though its browser does nothing more', () => {
  test.each(
    everyNth(3, [
      ['goto of a server that never answers', [], { action: 'goto', url: '/never' }],
      ['waitForSelector', [FORM], { action: 'waitForSelector', selector: '#nothing' }],
      ['fill', [FORM], { action: 'fill', selector: '#nothing', value: 'x' }],
      ['click on a disabled button', [FORM], { action: 'click', selector: '#off' }],
      ['check', [FORM], { action: 'check', selector: '#nothing' }],
      ['uncheck', [FORM], { action: 'uncheck', selector: '#nothing' }],
      ['hover', [FORM], { action: 'hover', selector: '#nothing' }],
      ['selectOption', [FORM], { action: 'selectOption', selector: '[name=size]', value: 'none' }],
      ['click on a page in an endless loop', [LOOP], { action: 'click', selector: '#loop' }],
      ['fill on a page in an endless loop', [LOOP], { action: 'fill', selector: '#field', value: 'x' }],
      [
        'press in an endless loop',
        [{ action: 'goto', url: '/loop-on-load?press' }],
        { action: 'press', key: 'a' },
      ],
      [
        'snapshot in an endless loop',
        [{ action: 'goto', url: '/loop-on-load?snapshot' }],
        { action: 'snapshot' },
      ],
    ]),
  )('%s', async (_, before, step) => {
    const run = await bench.open(bench.flow([...before, { ...step, timeoutMs: OWN_MS }]));
    for (const index of before.keys()) await run.perform(index, LIVE);
    const [, search] = /loop-on-load(\?\w+)/.exec(JSON.stringify(before)) ?? [];
    if (search !== undefined) await bench.site.asked(`/looping${search}`);
    const abort = new AbortController();
    const outcome = run.perform(before.length, abort.signal);
    // The browser has answered what was asked after it: so the call is with it, or a page in its loop.
    await run.look('flow', before.length);
    const resume = () => process.kill(run.browserPid!, 'SIGCONT');
    onTestFinished(() => void resume());
    process.kill(run.browserPid!, 'SIGSTOP');
    const reason = { cancelled: true };
    abort.abort(reason);
    await expect(outcome).rejects.toBe(reason);
    resume();
    await run.close({ keepVideo: false, reason: 'cancelled' });
    expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 0, retired: false }]);
  });

  test('a signal that is raised already starts nothing', async () => {
    const run = await bench.open(bench.flow([{ action: 'goto', url: '/plain?aborted' }]));
    await expect(run.perform(0, AbortSignal.abort('before'))).rejects.toBe('before');
    await run.close({ keepVideo: false, reason: 'cancelled' });
    expect(bench.site.requests).not.toContain('/plain?aborted');
  });

  test('an abort after a step is over changes nothing, and the page can still be used', async () => {
    const run = await bench.open(bench.flow([FORM, { action: 'click', selector: '#later' }]));
    const abort = new AbortController();
    expect(await run.perform(0, abort.signal)).toMatchObject({ ok: true });
    abort.abort();
    expect(await run.perform(1, LIVE)).toMatchObject({ ok: true });
    await run.close({ keepVideo: false, reason: 'done' });
  });
});
