/* I3, I4, I8: a cancel within a step or between two ends its run in time, keeps its steps, and closes its page. */
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { FlowStep } from '../support/http/client.ts';
import { expectCutAtTheEnd, expectWholeStream, leftLate, statusesOf } from '../support/http/run-stream.ts';
import { isEntering, isEvent, type Watch } from '../support/http/sse.ts';
import { UNHURRIED, useStack } from '../support/stack/use-stack.ts';

const bench = useStack({ env: UNHURRIED });

interface Case {
  name: string;
  tag: string;
  /** After step 0, which opens a page that keeps a connection to the site. */
  steps: FlowStep[];
  /** Resolves when the flow is where it is to be cancelled. */
  reached(watch: Watch): Promise<unknown>;
  /** Outcomes of steps that have to be there afterwards, at least. */
  kept: number;
}

const NEVER = { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 };
const CASES: Case[] = [
  {
    name: 'a goto to a server that never answers',
    tag: 'goto',
    steps: [{ action: 'goto', url: '/never?navigation', timeoutMs: 120_000 }],
    reached: () => bench.site.asked('/never?navigation'),
    kept: 1,
  },
  {
    name: 'a wait for a selector that never comes',
    tag: 'wait',
    steps: [NEVER],
    reached: (watch) => watch.until(isEvent('step_start', 1)),
    kept: 1,
  },
  {
    name: 'a fill of an input that is not there',
    tag: 'fill',
    steps: [{ ...NEVER, action: 'fill', value: 'text' }],
    reached: (watch) => watch.until(isEvent('step_start', 1)),
    kept: 1,
  },
  {
    name: 'the time between two steps',
    tag: 'between',
    steps: [
      ...Array.from({ length: 23 }, () => ({ action: 'press', key: 'a' })),
      // However late the cancel comes, the run has not ended.
      NEVER,
    ],
    reached: (watch) => watch.until(isEvent('step_success', 3)),
    kept: 4,
  },
];

test.each(CASES)(
  'I3, I4, I8, I9: cancelling within $name ends the run in time, keeps its steps and closes its page',
  async ({ tag, steps, reached, kept }) => {
    const flow = [{ action: 'goto', url: `/held?${tag}` }, ...steps];
    const id = await bench.client.start({ baseUrl: bench.site.url, steps: flow });
    const watch = await bench.client.watch(id);
    await reached(watch);

    const reply = await bench.client.cancel(id, { body: { reason: 'seen enough' } });
    const messages = await watch.ended();

    expect(reply).toMatchObject({ status: 200, text: `{"ok":true,"id":"${id}","status":"cancelling"}` });
    const runEnd = { status: 'fail', cancelled: true, source: 'user', reason: 'seen enough' };
    expect(expectWholeStream(messages)).toEqual(runEnd);
    expect(statusesOf(messages)).toEqual(['running', 'cancelling', 'fail']);
    expect(leftLate(messages)).toEqual([]);
    await eventually(() => expect(bench.site.open(`/never?${tag}`)).toBe(0));

    const run = await bench.client.read(id);
    expect(run).toMatchObject({ status: 'fail', state: 'fail', stopReason: 'cancelled' });
    expect(run.cancel).toMatchObject({ source: 'user', mode: 'graceful', reason: 'seen enough' });
    const done = expectCutAtTheEnd(run.steps);
    expect(done).toBeGreaterThanOrEqual(kept);
    expect(done).toBeLessThan(flow.length);
    const received = messages.flatMap(({ data }) => (data.type === 'step_failure' ? [data] : []));
    const cut = run.steps.slice(done).map(({ index: stepIndex, error }) => ({ stepIndex, error }));
    // The next step was announced, and may not have begun.
    const unbegun = { stepIndex: done, error: 'not begun: the run was cancelled' };
    expect(received).toMatchObject(
      (cut.length > 0 || received.length === 0 ? cut : [unbegun]).map(({ stepIndex, error }) => ({
        stepIndex,
        payload: { error, interrupted: true },
      })),
    );
    expect(bench.site.requests.filter((path) => path === `/held?${tag}`)).toHaveLength(1);
  },
);

test('I13: a cancel by force ends its own run at once, and the run beside it on the same browser goes on', async () => {
  const held = (tag: string, then: FlowStep) => ({
    baseUrl: bench.site.url,
    steps: [{ action: 'goto', url: `/held?${tag}` }, then],
  });
  const endless = { action: 'click', selector: '#loop', timeoutMs: 120_000 };
  const id = await bench.client.start(held('forced', endless));
  const beside = await bench.client.start(held('beside', NEVER));
  const [watch, watchBeside] = [await bench.client.watch(id), await bench.client.watch(beside)];
  await watchBeside.until(isEvent('step_start', 1));
  await bench.site.asked('/loop-begun?forced');

  const reply = await bench.client.cancel(id, { body: { mode: 'force' } });
  const forced = await watch.ended();
  expect(reply.text).toBe(`{"ok":true,"id":"${id}","status":"cancelling"}`);
  expect(expectWholeStream(forced)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
  expect(forced.some(isEntering('cancelling.closing'))).toBe(true);
  expect(leftLate(forced)).toEqual([]);
  expect((await bench.client.read(id)).steps).toMatchObject([
    { index: 0, ok: true },
    { index: 1, action: 'click', ok: false, error: 'interrupted: the run was cancelled' },
  ]);
  await eventually(() => expect(bench.site.open('/never?forced')).toBe(0));

  expect(await bench.client.read(beside)).toMatchObject({ state: 'running.stepping.acting' });
  expect(bench.site.open('/never?beside')).toBe(1);
  await bench.client.cancel(beside);
  expect(expectWholeStream(await watchBeside.ended())).toMatchObject({ cancelled: true });
});

test('cancelling a run that has ended is a 409 in the language of the caller, and changes nothing', async () => {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    steps: [{ action: 'goto', url: '/plain' }],
  });
  await (await bench.client.watch(id)).ended();
  const before = await bench.client.read(id);

  const inLanguage = (language: string) =>
    bench.client.cancel(id, { headers: { 'Accept-Language': language } });
  const replies = await Promise.all([
    bench.client.cancel(id),
    inLanguage('en-GB, es;q=0.5'),
    inLanguage('es'),
  ]);
  expect(replies.map(({ status, text }) => [status, text])).toEqual([
    [409, '{"ok":false,"error":"run ya finalizó"}'],
    [409, '{"ok":false,"error":"run already finished"}'],
    [409, '{"ok":false,"error":"run ya finalizó"}'],
  ]);
  expect(await bench.client.read(id)).toEqual(before);
  expect(before.status).toBe('pass');
});
