/* I4, I10: a run that failed or was cancelled has a last look at its page, without secrets and in its time. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewEvent } from '#shared/domain/events/events.ts';
import { eventually } from '../../../../support/eventually.ts';
import { type BrowserBench, createBench, patiently } from '../fixture.ts';
import { startMachine } from '../start-machine.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const FORM = { action: 'goto', url: '/form?token=hunter2-of-the-shop' };
const NEVER = { action: 'waitForSelector', selector: '#never', timeoutMs: 60_000 };
const SOON_OVER = { ...NEVER, timeoutMs: 300 };

/** A tenth of it is for the look, ms: enough for a machine that is busy with other tests, too. */
const LONG = 90_000;

const looksOf = (events: NewEvent[]) =>
  events.flatMap((event) => (event.type === 'last_look' ? [event.payload] : []));
const isPng = async (path: string) =>
  (await readFile(join(bench.artifacts, path))).subarray(1, 4).toString() === 'PNG';

/** A run whose second step goes on. */
async function inSecondStep(run: ReturnType<typeof startMachine>): Promise<void> {
  await eventually(() => {
    const { done, announced } = run.live.known.context;
    expect([done, announced]).toEqual([1, undefined]);
  });
}
const cancel = (run: ReturnType<typeof startMachine>, mode: 'graceful' | 'force') =>
  run.live.cancel({ source: 'user', mode }, 'command');

describe('the last look', () => {
  test('of a run that failed has address, title, picture and tree, and comes right before its end', async () => {
    const run = startMachine(bench, bench.flow([FORM, SOON_OVER]), { closeMs: LONG });
    await run.ended;
    const [look] = looksOf(run.events);
    expect(look).toMatchObject({
      title: expect.any(String),
      a11y: expect.stringContaining('- button "Send"'),
    });
    expect(look).not.toHaveProperty('missing');
    expect(look?.url).toContain('/form');
    expect(await isPng(look!.screenshotPath!)).toBe(true);
    expect(run.events.slice(-2).map(({ type }) => type)).toEqual(['last_look', 'run_end']);
  });

  test('of a run that was cancelled has the page as it was when its step was interrupted', async () => {
    const run = startMachine(bench, bench.flow([FORM, NEVER]), { graceMs: 60_000, closeMs: LONG });
    await inSecondStep(run);
    cancel(run, 'graceful');
    await run.ended;
    const [look] = looksOf(run.events);
    expect(look).not.toHaveProperty('missing');
    expect(look?.url).toContain('/form');
    expect(await isPng(look!.screenshotPath!)).toBe(true);
  });

  test('is not taken of a run that passed, nor of one that had no page', async () => {
    const passed = startMachine(bench, bench.flow([FORM]));
    await passed.ended;
    const [nowhere] = [startMachine(bench, bench.flow([{ ...NEVER, timeoutMs: 100 }]))];
    await nowhere.ended;
    expect([looksOf(passed.events), looksOf(nowhere.events)]).toEqual([[], []]);
  });

  test('I4: is not waited for by a cancel by force, and says so', async () => {
    const run = startMachine(bench, bench.flow([FORM, NEVER]), { graceMs: 20_000 });
    await inSecondStep(run);
    cancel(run, 'force');
    await run.ended;
    const forced = ['picture', 'tree', 'title'].map((what) => ({ what, why: 'forced' }));
    expect(looksOf(run.events)).toMatchObject([{ missing: forced }]);
  });

  test('I4: of a page that hangs says that it gave none, and its run ends in its time', async () => {
    const hangs = { action: 'goto', url: '/loop-on-load?last' };
    const run = startMachine(bench, bench.flow([hangs, NEVER]), { graceMs: 20_000 });
    await bench.site.asked('/looping?last');
    cancel(run, 'graceful');
    await run.ended;
    const late = ['picture', 'tree', 'title'].map((what) => ({ what, why: 'late' }));
    expect(looksOf(run.events)).toMatchObject([{ missing: late }]);
  });

  test('I4: of a page that hangs leaves its context the time to close, after clean-up has used up its own', async () => {
    const onCancel = [{ action: 'goto', url: '/loop-on-load?cleanup' }, NEVER];
    const run = startMachine(bench, bench.flow([FORM, NEVER], { onCancel }), { graceMs: patiently(5_000) });
    await inSecondStep(run);
    cancel(run, 'graceful');
    const { context } = await run.ended;
    expect(context.browser).toMatchObject({ killed: false });
    const late = ['picture', 'tree', 'title'].map((what) => ({ what, why: 'late' }));
    expect(looksOf(run.events)).toMatchObject([{ missing: late }]);
  });

  test('I10: shows no secret of its flow, in address, title, tree', async () => {
    const secret = 'hunter2-of-the-shop';
    const fill = { action: 'fill', selector: '[name=name]', value: secret, secret: true };
    const run = startMachine(bench, bench.flow([FORM, fill, SOON_OVER]));
    await run.ended;
    const [look] = looksOf(run.events);
    expect(look?.url).toContain('[REDACTED]');
    expect(JSON.stringify(run.events)).not.toContain(secret);
  });

  test('has the picture and the tree that its failed step has, not a second one', async () => {
    const options = { captureScreenshotAfterEachStep: true, captureA11yAfterEachStep: true };
    const run = startMachine(
      bench,
      bench.flow([FORM, { ...SOON_OVER, timeoutMs: patiently(4_000) }], options),
    );
    await run.ended;
    const failed = run.events.find((event) => event.type === 'step_failure')?.payload;
    expect(failed?.screenshotPath).toBeDefined();
    expect(looksOf(run.events)).toMatchObject([
      { screenshotPath: failed?.screenshotPath, a11y: failed?.a11y },
    ]);
  });
});
