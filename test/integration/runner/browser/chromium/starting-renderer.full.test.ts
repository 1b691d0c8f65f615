/*
 * The page that Chromium shows for an error has a process of its own. Here no process for pages can start, or none has a
 * turn, as it may be on a busy machine for longer than a step has time.
 */
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { everyNth, extendedOnly } from '../../../../support/share.ts';
import { POLICY, REFUSAL, useRoads } from '../../egress/use-roads.ts';
import { createBench, LIVE, patiently } from '../fixture.ts';
import { signalAll, stopped } from '../signal-processes.ts';

const WAITED_MS = patiently(2_000);
const MISSING = {
  error: `waitForSelector #here: timed out after ${WAITED_MS} ms, no element matches the selector; ${REFUSAL}`,
  reason: 'element_missing',
};
const over = { keepVideo: false, reason: 'test over' };

const { bench, open, closed } = await useRoads();

const goto = (url: string) => ({ action: 'goto', url });
const press = (key: string) => ({ action: 'press', key });
const WAIT = { action: 'waitForSelector', selector: '#here', timeoutMs: WAITED_MS };
const HERE = { action: 'waitForSelector', selector: '#here' };
/** A key does not wait for where it leads, as a click does. */
const follow = (target: string) => [goto(open.page('link', target)), press('Tab'), press('Enter')];

/** Opens a run and performs the first `count` of its steps. */
async function begun(steps: object[], count: number, { url } = open, on = bench) {
  const browser = await on.open(on.flow(steps, { baseUrl: url }));
  for (let index = 0; index < count; index += 1) await browser.perform(index, LIVE);
  return browser;
}

describe('I15: a page that was led to a refused address is not one whose script is busy', () => {
  test.each(
    everyNth(2, [
      ['', () => closed.url, ''],
      [' after a redirect', () => open.page('to', closed.url), ' (redirected from '],
    ] as const),
  )('while the process for its error starts%s', async (_, target, from) => {
    const browser = await begun([...follow(target()), WAIT], 2);
    {
      // Renderers are forked from it.
      using _zygotes = await stopped(browser.browserPid, 'zygote');
      expect(await browser.perform(2, LIVE)).toMatchObject({ ok: true });
      const performing = browser.perform(3, LIVE);
      await eventually(async () =>
        expect(await browser.look('flow', 3)).toEqual({ answers: true, loading: true }),
      );
      const { error, reason } = await performing;
      expect(error).toContain(`${MISSING.error}${from}`);
      expect(reason).toBe(MISSING.reason);
    }
    await eventually(async () => expect(await browser.look('flow', 3)).toMatchObject({ matches: 0 }));
    await browser.close(over);
  });

  test('nor is the element that led there to blame', async () => {
    const click = { action: 'click', selector: '#go', timeoutMs: WAITED_MS };
    const browser = await begun([goto(open.page('link', closed.url)), click], 1);
    {
      using _zygotes = await stopped(browser.browserPid, 'zygote');
      const { error, reason } = await browser.perform(1, LIVE);
      expect({ error, reason }).toEqual({ error: `click #go: timed out after ${WAITED_MS} ms; ${REFUSAL}` });
    }
    await browser.close(over);
  });

  test('while that process has no turn', async () => {
    const browser = await begun([goto(closed.url), WAIT], 1, closed);
    await eventually(async () => expect(await browser.look('flow', 1)).toMatchObject({ matches: 0 }));
    {
      using _renderers = await stopped(browser.browserPid, 'renderer');
      expect(await browser.perform(1, LIVE)).toMatchObject(MISSING);
    }
    await browser.close(over);
  });
});

extendedOnly(() => {
  test('a page whose process for an error never starts is not loading for ever', async () => {
    await using doomed = await createBench({}, POLICY);
    const browser = await begun([...follow(closed.url), WAIT], 2, open, doomed);
    await signalAll(browser.browserPid, 'zygote', 'SIGSTOP');
    await browser.perform(2, LIVE);
    const look = () => browser.look('flow', 3);
    await eventually(async () => expect(await look()).toEqual({ answers: true, loading: true }));
    await signalAll(browser.browserPid, 'zygote', 'SIGKILL');
    await eventually(async () => expect(await look()).toMatchObject({ matches: 0 }));
    await browser.close(over);
  });
});

test('a goto waits for the process of an error that is shown before it', async () => {
  const soon = { ...WAIT, timeoutMs: 100 };
  const browser = await begun([...follow(closed.url), soon, goto(`${open.url}/there`), HERE], 2);
  let going: ReturnType<typeof browser.perform>;
  {
    using _zygotes = await stopped(browser.browserPid, 'zygote');
    await browser.perform(2, LIVE);
    await eventually(async () => expect((await browser.perform(3, LIVE)).error).toContain(REFUSAL));
    going = browser.perform(4, LIVE);
  }
  expect((await going).error).toBeUndefined();
  expect(await browser.perform(5, LIVE)).toMatchObject({ ok: true });
  await browser.close(over);
});

extendedOnly(() => {
  test('but not for all of its time: its address is asked for while there is time for an answer', async () => {
    const soon = { ...WAIT, timeoutMs: 100 };
    const there = { ...goto(`${open.url}/tried`), timeoutMs: 4_000 };
    const browser = await begun([...follow(closed.url), soon, there], 2);
    let isOver = false;
    let going: Promise<unknown>;
    {
      using _zygotes = await stopped(browser.browserPid, 'zygote');
      await browser.perform(2, LIVE);
      await eventually(async () => expect((await browser.perform(3, LIVE)).error).toContain(REFUSAL));
      going = browser.perform(4, LIVE).finally(() => {
        isOver = true;
      });
      await eventually(() => expect(open.asked).toContain('tried'));
      expect(isOver).toBe(false);
    }
    await going;
    await browser.close(over);
  });
});

test('a page whose process has no turn is not one whose script is busy', async () => {
  const browser = await begun([goto(open.page('link', open.url)), WAIT], 1);
  const performing = browser.perform(1, LIVE);
  await eventually(async () => expect(await browser.look('flow', 1)).toMatchObject({ matches: 0 }));
  {
    using _renderers = await stopped(browser.browserPid, 'renderer');
    using _zygotes = await stopped(browser.browserPid, 'zygote');
    expect(await performing).toMatchObject({ reason: 'element_missing' });
  }
  await browser.close(over);
});
